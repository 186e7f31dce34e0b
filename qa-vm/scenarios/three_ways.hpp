// SPDX-License-Identifier: GPL-2.0-only
// Scenarios that are a shell script with the same output, files and status wherever it runs.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "scenarios/scenario.hpp"

namespace dolmen::qa {

struct Script {
    std::string promise;
    std::string text;
    std::string input = {};   // standard input
    bool any_order = false;   // lines of the output may come in any order
    bool leaves_home = true;  // the kernel must count work on nodes when it is spread
    std::chrono::milliseconds limit = Stage::kScriptLimit;
};

/// One scenario for each: local, on a node, spread; the last two must equal the first.
[[nodiscard]] std::vector<Scenario> three_ways(const std::vector<Script>& scripts);

}  // namespace dolmen::qa
