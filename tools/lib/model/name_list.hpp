// SPDX-License-Identifier: GPL-2.0-only
// Lists in files: one entry a line, '#' begins a comment, blanks round an entry
// do not count.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace dolmen::model {

// Base names of programs. EINVAL, with the line number: a '/' or a blank in a
// name, or more than 255 bytes. Repeated names are kept once, in order.
Result<std::vector<std::string>> parse_names(std::string_view text);

// Paths in the cgroup hierarchy: they begin with '/', no "..".
Result<std::string> checked_cgroup(const std::string& path);

}  // namespace dolmen::model
