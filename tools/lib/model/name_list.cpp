// SPDX-License-Identifier: GPL-2.0-only
#include "model/name_list.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <sstream>

namespace dolmen::model {

Result<std::vector<std::string>> parse_names(std::string_view text) {
    constexpr std::size_t kNameLimit = 255;
    constexpr const char* kBlanks = " \t\r";
    std::vector<std::string> names;
    std::istringstream lines{std::string(text)};
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        line.erase(std::min(line.find('#'), line.size()));
        const auto begin = line.find_first_not_of(kBlanks);
        if (begin == std::string::npos)
            continue;
        const std::string name = line.substr(begin, line.find_last_not_of(kBlanks) + 1 - begin);
        const bool odd =
            name.find_first_of("/ \t") != std::string::npos || name.find('\0') != std::string::npos;
        if (odd || name.size() > kNameLimit)
            return fail_errno(
                fmt::format("line {}: \"{}\" is no base name of a program", number, name), EINVAL);
        if (std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(name);
    }
    return names;
}

Result<std::string> checked_cgroup(const std::string& path) {
    const bool odd = !path.starts_with('/') || path.find('\n') != std::string::npos ||
                     (path + "/").find("/../") != std::string::npos;
    if (odd)
        return fail_errno("cgroup \"" + path + "\" is no path", EINVAL);
    return path;
}

}  // namespace dolmen::model
