// SPDX-License-Identifier: GPL-2.0-only
// Time: deadlines on the monotonic clock, and raw clock readings.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <limits>

namespace dolmen {

using SteadyClock = std::chrono::steady_clock;

// A point in time that waits must not pass.
class Deadline {
  public:
    static Deadline after(std::chrono::milliseconds span) {
        return Deadline(SteadyClock::now() + span);
    }
    bool passed() const { return SteadyClock::now() >= when_; }
    // For poll(2): 0 when passed, rounded up so that a wait never ends early.
    int milliseconds_left() const {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(when_ - SteadyClock::now()).count();
        return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
    }

  private:
    explicit Deadline(SteadyClock::time_point when) : when_(when) {}
    SteadyClock::time_point when_;
};

// Nanoseconds of CLOCK_REALTIME, CLOCK_MONOTONIC or CLOCK_BOOTTIME.
inline std::int64_t clock_nanoseconds(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

inline timespec to_timespec(std::int64_t nanoseconds) {
    constexpr std::int64_t kSecond = 1'000'000'000;
    // timespec wants 0 <= tv_nsec also for negative times.
    std::int64_t seconds = nanoseconds / kSecond;
    std::int64_t rest = nanoseconds % kSecond;
    if (rest < 0) {
        rest += kSecond;
        --seconds;
    }
    return timespec{seconds, rest};
}

}  // namespace dolmen
