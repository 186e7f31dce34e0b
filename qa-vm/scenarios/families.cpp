// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/families.hpp"

namespace dolmen::qa {

const std::vector<Family>& families() {
    static const std::vector<Family> kFamilies{
        {"status", status_scenarios},
        {"pipeline", pipeline_scenarios},
        {"paths", paths_scenarios},
        {"shell", shell_scenarios},
        {"signal", signal_scenarios},
        {"spawn", spawn_scenarios},
        {"compile", compile_scenarios},
        {"make", make_scenarios},
        {"tracing", tracing_scenarios},
        {"refusal", refusal_scenarios},
        {"terminal", terminal_scenarios},
        {"node-death", node_death_scenarios},
        {"repetition", repetition_scenarios},
        {"moving", moving_scenarios},
        {"moving-programs", moving_programs_scenarios},
        {"cpus", cpus_scenarios},
        {"objects", objects_scenarios},
        {"boot", boot_scenarios},
        {"boot-head", boot_head_scenarios},
        {"boot-node", boot_node_scenarios},
        {"boot-cable", boot_cable_scenarios},
        {"boot-foreign", boot_foreign_scenarios},
        {"boot-upgrade", boot_upgrade_scenarios},
        {"boot-plain", boot_plain_scenarios},
    };
    return kFamilies;
}

}  // namespace dolmen::qa
