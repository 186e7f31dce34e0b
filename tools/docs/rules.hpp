// SPDX-License-Identifier: GPL-2.0-only
// What the source cannot say by itself: decisions in words, and calls worth naming that have no
// row in the table.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dolmen::docs {

// Empty: there are no words for it, which the check does not accept.
std::string_view words_of_rule(std::string_view rule);

struct AbsentGroup {
    std::string title;
    std::vector<std::string> calls;
};
// Names of x86-64's table; those that get a row leave the printed list by themselves.
const std::vector<AbsentGroup>& absent_groups();

}  // namespace dolmen::docs
