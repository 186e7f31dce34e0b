// SPDX-License-Identifier: GPL-2.0-only
// Runner: plays families of scenarios on a cluster, with an audit after each scenario.
#pragma once

#include <string>
#include <vector>

#include "lib/cluster.hpp"
#include "scenarios/scenario.hpp"

namespace dolmen::qa {

struct RunnerOptions {
    // Must be running; those that want their own get one of this name with "-fresh" behind it.
    std::string cluster = "default";
    std::string images_file;
    std::string iso;           // instead of the one of the images
    std::string family;        // empty: all
    std::string match;         // only scenarios whose promise contains this
    bool restart = false;      // switch all machines off and on after a failure
    bool spread_only = false;  // see Stage::spread_only()
    bool stay_home = false;    // see Stage::stay_home(); needs no node
};

/// Exit status: 0 if every scenario has kept its promise. After a scenario that has not, what the
/// consoles say is printed; the cluster is left as it is, unless it was made for the scenario.
[[nodiscard]] int run_scenarios(const RunnerOptions& options);

}  // namespace dolmen::qa
