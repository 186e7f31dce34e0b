// SPDX-License-Identifier: GPL-2.0-only
// Nodes with other cards, with little memory, and with disks. One head for all of them; each node
// is on alone.
#include <sstream>

#include "lib/disk_image.hpp"
#include "scenarios/boot_steps.hpp"
#include "scenarios/families.hpp"

namespace dolmen::qa {
namespace {

constexpr unsigned kLittleMemory = 160;

Fresh one_head() {
    Fresh fresh;
    fresh.nics = {NicModel::kVirtio,  NicModel::kE1000,   NicModel::kE1000e,
                  NicModel::kRtl8139, NicModel::kVmxnet3, NicModel::kE1000};
    fresh.memory_mb = {1024, 1024, 1024, 1024, 1024, kLittleMemory};
    fresh.nodes = 6;
    fresh.nodes_on = false;
    return fresh;
}

void joins(Stage& stage, Findings& findings, const std::string& machine) {
    if (await_serving(stage, findings) && switch_on(stage, findings, machine) &&
        await_nodes(stage, findings, 1)) {
        compile_spreads(stage, findings);
        const Result<MachineStatus> status = stage.cluster().machine(machine);
        findings.expect(status && status->state == "ready", "it was not {} that joined", machine);
    }
    switch_off(stage, findings, machine, 0);
}

Scenario card(NicModel model, const std::string& machine) {
    return {fmt::format("a PC with a card of the kind {} boots from the network and joins",
                        to_string(model)),
            0, [machine](Stage& stage, Findings& findings) { joins(stage, findings, machine); },
            one_head()};
}

// In one line.
bool complains(const std::string& console) {
    std::istringstream lines(console);
    for (std::string line; std::getline(lines, line);) {
        const auto has = [&line](const char* word) { return line.find(word) != std::string::npos; };
        if (has("dolmen: ") && has("this PC") && has("memory")) {
            return true;
        }
    }
    return false;
}

void little_memory(Stage& stage, Findings& findings) {
    const std::string machine = "node6";
    if (!await_serving(stage, findings) || !switch_on(stage, findings, machine)) {
        return;
    }
    const bool line = await(kNodeBootLimit, [&] { return complains(console_of(stage, machine)); });
    findings.expect(line, "nothing is said of {} MB of memory:\n{}", kLittleMemory,
                    console_of(stage, machine));
    switch_off(stage, findings, machine, 0);
}

// A swap area and a partition invite to be used; the audit after each scenario looks, too.
void disks(Stage& stage, Findings& findings) {
    const auto machines = stage.cluster().machines();
    unsigned looked_at = 0;
    for (const MachineStatus& machine : machines ? *machines : std::vector<MachineStatus>{}) {
        if (!machine.disk.empty()) {
            const Result<> same = check_disk(machine.disk, machine.number);
            findings.expect(same.has_value(), "{}", same ? "" : same.error().to_string());
            ++looked_at;
        }
    }
    findings.expect(looked_at == one_head().nodes, "only {} disks", looked_at);
    const std::string machine = "node1";
    if (await_serving(stage, findings) && switch_on(stage, findings, machine) &&
        await_nodes(stage, findings, 1)) {
        const Ran seen = stage.look_at(machine, {"cat", "/sys/block/sda/ro"});
        findings.expect(seen.output == "1\n", "the disk is not read-only for the node: {}{}",
                        seen.output, seen.error);
    }
    switch_off(stage, findings, machine, 0);
}

}  // namespace

std::vector<Scenario> boot_node_scenarios() {
    std::vector<Scenario> scenarios;
    const std::vector<NicModel> cards = one_head().nics;
    for (unsigned i = 0; i + 1 < cards.size(); ++i) {
        scenarios.push_back(card(cards[i], fmt::format("node{}", i + 1)));
    }
    scenarios.push_back(
        {"a PC with too little memory says so in words", 0, little_memory, one_head()});
    scenarios.push_back(
        {"the disk of a PC that was a node is as it was, byte for byte", 0, disks, one_head()});
    return scenarios;
}

}  // namespace dolmen::qa
