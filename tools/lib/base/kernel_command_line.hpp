// SPDX-License-Identifier: GPL-2.0-only
// Options on the kernel's command line: "name=value" words of /proc/cmdline.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dolmen {

// The last word wins, as in the kernel. A word without '=' has an empty value.
std::optional<std::string> find_option(std::string_view command_line, std::string_view name);

// Of the running kernel; nullopt also if /proc/cmdline cannot be read.
std::optional<std::string> kernel_option(std::string_view name);

}  // namespace dolmen
