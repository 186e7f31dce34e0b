// SPDX-License-Identifier: GPL-2.0-only
// Runner: plays families of scenarios on a cluster, with an audit after each scenario.
#pragma once

#include <string>
#include <vector>

#include "lib/cluster.hpp"
#include "scenarios/scenario.hpp"

namespace dolmen::qa {

struct RunnerOptions {
    std::string cluster = "default";  // must be running
    std::string family;               // empty: all
    std::string match;                // only scenarios whose promise contains this
    bool restart = false;             // switch all machines off and on after a failure
    bool spread_only = false;
    bool stay_home = false;  // see Stage::stay_home(); needs no node
};

/// Exit status: 0 if every scenario has kept its promise. After a scenario that has not, what the
/// consoles say is printed; the cluster is left as it is.
[[nodiscard]] int run_scenarios(const RunnerOptions& options);

}  // namespace dolmen::qa
