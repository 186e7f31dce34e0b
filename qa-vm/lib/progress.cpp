// SPDX-License-Identifier: GPL-2.0-only
#include "lib/progress.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>

namespace dolmen::qa {

void Progress::show(const std::string& words) {
    const double elapsed = std::chrono::duration<double>(SteadyClock::now() - start_).count();
    if (::isatty(2) != 0) {
        fmt::print(stderr, "\r\033[K{:6.1f} s  {}", elapsed, words);
        open_line_ = true;
    } else if (words != last_) {
        fmt::print(stderr, "{:6.1f} s  {}\n", elapsed, words);
    }
    last_ = words;
    std::fflush(stderr);
}

void Progress::end_line() {
    if (open_line_) {
        fmt::print(stderr, "\n");
        open_line_ = false;
    }
}

}  // namespace dolmen::qa
