// SPDX-License-Identifier: GPL-2.0-only
// Journal: the log of one cluster, each line with the time of day and the seconds since its start.
#pragma once

#include <fmt/core.h>

#include <base/clock.hpp>
#include <base/fd.hpp>
#include <mutex>
#include <string>
#include <string_view>

namespace dolmen::qa {

/// May be written from several threads.
class Journal {
  public:
    explicit Journal(Fd file) : file_(std::move(file)) {}

    template <class... Arguments>
    void note(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        write(fmt::format(format, std::forward<Arguments>(arguments)...));
    }

  private:
    void write(std::string_view line);

    std::mutex mutex_;
    Fd file_;
    SteadyClock::time_point start_ = SteadyClock::now();
};

}  // namespace dolmen::qa
