// SPDX-License-Identifier: GPL-2.0-only
// Log lines with the <N> priority prefix that journald and /dev/kmsg read.
// On a terminal the prefix is left out.
#pragma once

#include "base/result.hpp"

#include <fmt/core.h>
#include <string>
#include <string_view>

namespace dolmen::log {

enum class Level { kError = 3, kWarning = 4, kNotice = 5, kInfo = 6, kDebug = 7 };

// Lines go to standard error until this is called: each line then becomes one
// record of the kernel's log (so it shows on the console), as "name: line".
Result<> use_kernel_log(std::string name);
// Lines above `level` are dropped; default: kInfo.
void set_level(Level level);

void write(Level level, std::string_view line);

template <class... Arguments>
void error(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    write(Level::kError, fmt::format(format, std::forward<Arguments>(arguments)...));
}
template <class... Arguments>
void warning(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    write(Level::kWarning, fmt::format(format, std::forward<Arguments>(arguments)...));
}
template <class... Arguments>
void info(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    write(Level::kInfo, fmt::format(format, std::forward<Arguments>(arguments)...));
}
template <class... Arguments>
void debug(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    write(Level::kDebug, fmt::format(format, std::forward<Arguments>(arguments)...));
}

}  // namespace dolmen::log
