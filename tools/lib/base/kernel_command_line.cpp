// SPDX-License-Identifier: GPL-2.0-only
#include "base/kernel_command_line.hpp"

#include "base/file.hpp"

namespace dolmen {

std::optional<std::string> find_option(std::string_view command_line, std::string_view name) {
    constexpr std::string_view kBlanks = " \t\n";
    std::optional<std::string> value;
    while (true) {
        const auto begin = command_line.find_first_not_of(kBlanks);
        if (begin == std::string_view::npos)
            return value;
        command_line.remove_prefix(begin);
        const std::string_view word = command_line.substr(0, command_line.find_first_of(kBlanks));
        command_line.remove_prefix(word.size());
        if (word == name)
            value = "";
        else if (word.starts_with(name) && word[name.size()] == '=')
            value = word.substr(name.size() + 1);
    }
}

std::optional<std::string> kernel_option(std::string_view name) {
    const auto command_line = read_file("/proc/cmdline");
    if (!command_line)
        return std::nullopt;
    return find_option(*command_line, name);
}

}  // namespace dolmen
