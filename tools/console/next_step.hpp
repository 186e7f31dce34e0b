// SPDX-License-Identifier: GPL-2.0-only
// What whoever stands before the head can do now, in words. Pure.
#pragma once

#include "console/screen.hpp"

#include <string>
#include <vector>

namespace dolmen::console {

// One sentence or two each, the most urgent first.
std::vector<std::string> next_steps(const View& view);

}  // namespace dolmen::console
