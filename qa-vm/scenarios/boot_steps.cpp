// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/boot_steps.hpp"

#include <fmt/ranges.h>

#include <map>
#include <nlohmann/json.hpp>

#include "lib/console.hpp"
#include "lib/screen.hpp"

namespace dolmen::qa {
namespace {

constexpr std::chrono::milliseconds kBuildLimit{600000};
constexpr std::chrono::milliseconds kDeathLimit{30000};
constexpr std::chrono::milliseconds kServingLimit{90000};
constexpr std::chrono::milliseconds kScreenLimit{90000};
constexpr unsigned kFiles = 24;

// By node other than the head that is up.
std::map<std::string, long> placed_on(Stage& stage) {
    std::map<std::string, long> placed;
    const nlohmann::json json =
        nlohmann::json::parse(stage.look("dolmen nodes --json").output, nullptr, false);
    if (json.is_object() && json.contains("nodes")) {
        for (const nlohmann::json& node : json["nodes"]) {
            if (node.value("node", 0U) != 0 && node.value("state", "") == "up") {
                placed[node.value("name", "?")] = node.value("placed", 0L);
            }
        }
    }
    return placed;
}

}  // namespace

std::string console_of(const Stage& stage, const std::string& machine) {
    const Result<MachineStatus> status = stage.cluster().machine(machine);
    return status ? Console(status->console).since_start() : "";
}

bool await_stage(Stage& stage, Findings& findings, const std::string& machine, BootStage wanted) {
    BootStage now = BootStage::kFirmware;
    const bool there = await(kNodeBootLimit, [&] {
        now = boot_stage(console_of(stage, machine));
        return now >= wanted;
    });
    return findings.expect(there, "{} gets no further than \"{}\"", machine,
                           to_string(now, machine == "head"));
}

bool await_nodes(Stage& stage, Findings& findings, unsigned nodes,
                 std::chrono::milliseconds limit) {
    const auto began = SteadyClock::now();
    std::optional<unsigned> joined;
    const bool there = await(limit, [&] {
        joined = joined_nodes(stage.cluster());
        return joined == nodes;
    });
    fmt::print("        {} node(s) up after {:.1f} s\n", joined.value_or(0),
               std::chrono::duration<double>(SteadyClock::now() - began).count());
    std::string words;
    if (const auto machines = stage.cluster().machines(); machines && !there) {
        for (const MachineStatus& machine : *machines) {
            words += fmt::format("; {}: {}, {}", machine.name, words_for(machine), machine.console);
        }
    }
    return findings.expect(there, "{} nodes are up instead of {}{}",
                           joined ? std::to_string(*joined) : "an unknown number of", nodes, words);
}

bool await_serving(Stage& stage, Findings& findings) {
    const bool serves = await(kServingLimit, [&] { return head_serves(stage.cluster()); });
    return findings.expect(serves, "the head does not serve the network");
}

bool switch_on(Stage& stage, Findings& findings, const std::string& machine) {
    const Result<> on = stage.cluster().power(machine, "on");
    return findings.expect(on.has_value(), "{} cannot be switched on: {}", machine,
                           on ? "" : on.error().to_string());
}

void switch_off(Stage& stage, Findings& findings, const std::string& machine, unsigned nodes_left) {
    const Result<> off = stage.cluster().power(machine, "kill");
    findings.expect(off.has_value(), "{} cannot be switched off: {}", machine,
                    off ? "" : off.error().to_string());
    await_nodes(stage, findings, nodes_left, kDeathLimit);
}

void await_screen(Stage& stage, Findings& findings, const std::string& machine,
                  const std::vector<std::string>& patterns, Extent extent) {
    std::string text;
    const bool there = await(kScreenLimit, [&] {
        const Result<std::string> screen = read_screen(stage.cluster(), machine);
        text = screen ? *screen : screen.error().to_string();
        return screen && screen_matches(*screen, patterns, extent);
    });
    findings.expect(there, "the screen of {} is not\n{}\nbut\n{}", machine,
                    fmt::join(patterns, "\n"), text);
}

std::uint64_t lan_bytes(const Stage& stage) {
    const Result<std::string> status = stage.cluster().status();
    if (!status) {
        return 0;
    }
    const nlohmann::json json = nlohmann::json::parse(*status, nullptr, false);
    return json.is_object() ? json["lan"].value("bytes", std::uint64_t{0}) : 0;
}

void doctor_is_content(Stage& stage, Findings& findings) {
    const Ran ran = stage.look("dolmen doctor");
    findings.expect(ran.status == 0, "dolmen doctor finds something: {}{}", ran.output, ran.error);
}

void compile_spreads(Stage& stage, Findings& findings) {
    const std::map<std::string, long> before = placed_on(stage);
    const Ran ran = stage.shell(
        Way::kSpread,
        fmt::format("i=1; while [ $i -le {0} ]; do "
                    "{{ echo '#include <stdio.h>'; echo '#include <stdlib.h>';"
                    " echo \"int f$i(void) {{ return $i; }}\"; }} >f$i.c; i=$((i+1)); done;"
                    " printf 'all: $(patsubst %%.c,%%.o,$(wildcard *.c))\\n' >Makefile;"
                    " make -s -j6; echo $?; ls *.o | wc -l",
                    kFiles),
        kBuildLimit);
    findings.expect(ran.status == 0 && ran.output == fmt::format("0\n{}\n", kFiles),
                    "status {}: {}{}", ran.status, ran.output, ran.error);
    for (const auto& [node, placed] : placed_on(stage)) {
        const auto earlier = before.find(node);
        const long here = placed - (earlier == before.end() ? 0 : earlier->second);
        fmt::print("        {}: {} programs placed\n", node, here);
        findings.expect(here > 0, "nothing was compiled on {}", node);
    }
}

}  // namespace dolmen::qa
