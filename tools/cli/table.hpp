// SPDX-License-Identifier: GPL-2.0-only
// Aligned tables for people.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dolmen::cli {

struct Column {
    std::string title;
    bool right = false;  // numbers
};

// Every row has as many cells as there are columns. No blanks at line ends.
std::string print_table(const std::vector<Column>& columns,
                        const std::vector<std::vector<std::string>>& rows);

std::string human_bytes(std::uint64_t bytes);          // "1.5G"
std::string human_seconds(std::uint64_t nanoseconds);  // "1:02.30", as ps and time tell it

}  // namespace dolmen::cli
