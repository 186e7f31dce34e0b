// SPDX-License-Identifier: GPL-2.0-only
// Machines with different processors: a program never runs where an instruction is missing that
// it may have found when it began.
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "scenarios/families.hpp"

namespace dolmen::qa {
namespace {

// node1 has the head's processor, node2 one with more, node3 one with less.
Fresh three_kinds() {
    Fresh fresh;
    fresh.boot = Boot::kDirect;
    fresh.nodes = 3;
    fresh.head_cpu = "max,-avx2";
    fresh.cpus = {"max,-avx2", "max", "max,-avx2,-bmi1"};
    return fresh;
}

// What has begun on it; below 0: there is no such node.
long placed_on(Stage& stage, const std::string& node) {
    const nlohmann::json all =
        nlohmann::json::parse(stage.look("dolmen nodes --json").output, nullptr, false);
    if (all.is_object() && all.contains("nodes")) {
        for (const nlohmann::json& each : all["nodes"]) {
            if (each.value("name", "") == node) {
                return each.value("placed", -1L);
            }
        }
    }
    return -1;
}

std::string node_of(Stage& stage, const std::string& machine) {
    for (const char* node : {"node1", "node2", "node3"}) {
        if (stage.machine_of(node) == machine) {
            return node;
        }
    }
    return "no node";
}

void begins(Stage& stage, Findings& findings) {
    const std::string more = node_of(stage, "node2");
    const std::string less = node_of(stage, "node3");
    const Ran ran =
        stage.shell(Way::kSpread,
                    "for i in 1 2 3 4 5 6 7 8 9; do /bin/true; done;"
                    " dolmen run --on " +
                        more + " /bin/echo one; dolmen run --on " + less + " /bin/echo two");
    findings.expect(ran.output == "one\ntwo\n", "{}{}", ran.output, ran.error);
    findings.expect(placed_on(stage, more) == 0, "{} programs have begun on {}",
                    placed_on(stage, more), more);
    findings.expect(placed_on(stage, less) > 0, "none has begun on {}", less);
}

void moves(Stage& stage, Findings& findings) {
    const std::string more = node_of(stage, "node2");
    const std::string less = node_of(stage, "node3");
    const Ran ran = stage.shell(
        Way::kLocal, fmt::format("python3 -c '\nimport time,os\nopen(\"ready\",\"w\").close()\n"
                                 "while not os.path.exists(\"go\"): time.sleep(0.05)' & p=$!;"
                                 " until [ -e ready ]; do sleep 0.05; done;"
                                 " dolmen migrate $p {0}; echo $?; dolmen migrate $p {1}; echo $?;"
                                 " dolmen home $p; echo $?; dolmen migrate $p {1}; echo $?;"
                                 " touch go; wait $p; echo $?; rm ready go",
                                 more, less));
    findings.expect(ran.output == "0\n1\n0\n1\n0\n", "{}{}", ran.output, ran.error);
    findings.expect(ran.error.find("CPU there lacks") != std::string::npos, "said: {}", ran.error);
}

}  // namespace

std::vector<Scenario> cpus_scenarios() {
    return {
        {"a program does not begin on a node whose processor has more than the head's", 3, begins,
         three_kinds()},
        {"a program that runs does not move to a node whose processor has less", 3, moves,
         three_kinds()},
    };
}

}  // namespace dolmen::qa
