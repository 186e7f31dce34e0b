// SPDX-License-Identifier: GPL-2.0-only
// Scenario: one promise, and how it is kept true on a running cluster.
//
// A file of scenarios is a family; it defines one function that gives them, and is named in
// families.cpp. A scenario notes what is wrong and goes on; the runner does the rest: cluster,
// audit, counting.
#pragma once

#include <fmt/core.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "scenarios/stage.hpp"

namespace dolmen::qa {

/// What a scenario finds.
class Findings {
  public:
    /// Notes the words unless `holds`.
    template <class... Arguments>
    bool expect(bool holds, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        if (!holds) {
            wrong_.push_back(fmt::format(format, std::forward<Arguments>(arguments)...));
        }
        return holds;
    }
    [[nodiscard]] const std::vector<std::string>& wrong() const { return wrong_; }

  private:
    std::vector<std::string> wrong_;
};

struct Scenario {
    std::string promise;
    unsigned nodes = 1;  // that must have joined before it starts
    std::function<void(Stage& stage, Findings& findings)> run;
};

struct Family {
    std::string name;
    std::vector<Scenario> (*scenarios)();
};

/// All families, in the order in which they are best run.
[[nodiscard]] const std::vector<Family>& families();

}  // namespace dolmen::qa
