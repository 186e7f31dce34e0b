// SPDX-License-Identifier: GPL-2.0-only
// From the medium to a cluster, as people do it: nobody types anything.
#include "lib/screen.hpp"
#include "scenarios/boot_steps.hpp"
#include "scenarios/families.hpp"

namespace dolmen::qa {
namespace {

void cluster_from_medium(Stage& stage, Findings& findings) {
    compile_spreads(stage, findings);
    const Result<std::string> screen = read_screen(stage.cluster(), "head");
    if (findings.expect(screen.has_value(), "the head's screen: {}",
                        screen ? "" : screen.error().to_string())) {
        for (const char* word : {"10.77.0.1", "node1", "node2"}) {
            findings.expect(screen->find(word) != std::string::npos, "no {} on the screen:\n{}",
                            word, *screen);
        }
    }
    for (const char* machine : {"node1", "node2"}) {
        const Result<MachineStatus> status = stage.cluster().machine(machine);
        findings.expect(status && status->boots_again == 0, "{} needed more than one attempt",
                        machine);
    }
}

}  // namespace

std::vector<Scenario> boot_scenarios() {
    return {
        {"a head from the medium, in BIOS mode: two PCs boot from the network and compile with it",
         2, cluster_from_medium, Fresh{}},
    };
}

}  // namespace dolmen::qa
