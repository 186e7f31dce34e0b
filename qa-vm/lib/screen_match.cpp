// SPDX-License-Identifier: GPL-2.0-only
#include "lib/screen_match.hpp"

#include <fnmatch.h>

#include <sstream>

namespace dolmen::qa {
namespace {

std::vector<std::string> squeezed_lines(const std::string& screen) {
    std::vector<std::string> lines;
    std::istringstream text(screen);
    for (std::string line; std::getline(text, line);) {
        std::istringstream words(line);
        std::string squeezed;
        for (std::string word; words >> word;) {
            squeezed += squeezed.empty() ? word : " " + word;
        }
        if (!squeezed.empty()) {
            lines.push_back(squeezed);
        }
    }
    return lines;
}

bool matches(const std::string& pattern, const std::string& line) {
    return ::fnmatch(pattern.c_str(), line.c_str(), 0) == 0;
}

}  // namespace

bool screen_matches(const std::string& screen, const std::vector<std::string>& patterns,
                    Extent extent) {
    auto wanted = patterns.begin();
    for (const std::string& line : squeezed_lines(screen)) {
        if (wanted != patterns.end() && matches(*wanted, line)) {
            ++wanted;
        } else if (extent == Extent::kWhole) {
            return false;
        }
    }
    return wanted == patterns.end();
}

}  // namespace dolmen::qa
