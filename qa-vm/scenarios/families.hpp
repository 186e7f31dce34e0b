// SPDX-License-Identifier: GPL-2.0-only
// The families of scenarios, one function for each file.
#pragma once

#include "scenarios/scenario.hpp"

namespace dolmen::qa {

[[nodiscard]] std::vector<Scenario> status_scenarios();
[[nodiscard]] std::vector<Scenario> pipeline_scenarios();
[[nodiscard]] std::vector<Scenario> shell_scenarios();
[[nodiscard]] std::vector<Scenario> signal_scenarios();
[[nodiscard]] std::vector<Scenario> spawn_scenarios();
[[nodiscard]] std::vector<Scenario> compile_scenarios();
[[nodiscard]] std::vector<Scenario> make_scenarios();
[[nodiscard]] std::vector<Scenario> terminal_scenarios();
[[nodiscard]] std::vector<Scenario> node_death_scenarios();
[[nodiscard]] std::vector<Scenario> repetition_scenarios();
[[nodiscard]] std::vector<Scenario> paths_scenarios();
[[nodiscard]] std::vector<Scenario> tracing_scenarios();
[[nodiscard]] std::vector<Scenario> refusal_scenarios();
[[nodiscard]] std::vector<Scenario> moving_scenarios();
[[nodiscard]] std::vector<Scenario> moving_programs_scenarios();
[[nodiscard]] std::vector<Scenario> cpus_scenarios();
[[nodiscard]] std::vector<Scenario> objects_scenarios();
[[nodiscard]] std::vector<Scenario> boot_scenarios();
[[nodiscard]] std::vector<Scenario> boot_head_scenarios();
[[nodiscard]] std::vector<Scenario> boot_node_scenarios();
[[nodiscard]] std::vector<Scenario> boot_cable_scenarios();
[[nodiscard]] std::vector<Scenario> boot_foreign_scenarios();
[[nodiscard]] std::vector<Scenario> boot_upgrade_scenarios();
[[nodiscard]] std::vector<Scenario> boot_plain_scenarios();

}  // namespace dolmen::qa
