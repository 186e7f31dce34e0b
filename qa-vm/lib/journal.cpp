// SPDX-License-Identifier: GPL-2.0-only
#include "lib/journal.hpp"

#include <fmt/chrono.h>

namespace dolmen::qa {

void Journal::write(std::string_view line) {
    const std::int64_t now = clock_nanoseconds(CLOCK_REALTIME);
    const double elapsed = std::chrono::duration<double>(SteadyClock::now() - start_).count();
    const std::string text = fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z {:9.3f} {}\n",
                                         fmt::gmtime(static_cast<std::time_t>(now / 1'000'000'000)),
                                         now / 1'000'000 % 1000, elapsed, line);
    const std::lock_guard lock(mutex_);
    static_cast<void>(write_all(file_.get(), text));  // there is no place to complain to
}

}  // namespace dolmen::qa
