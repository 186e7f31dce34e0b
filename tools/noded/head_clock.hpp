// SPDX-License-Identifier: GPL-2.0-only
// The head's clocks, measured from here, and ours kept with them. A `make` that
// runs here compares our time with that of files, which is the head's.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>

namespace dolmen::node {

// What is to be added to our clocks to get the head's, in nanoseconds.
struct ClockOffsets {
    std::int64_t realtime = 0;
    std::int64_t monotonic = 0;
    std::int64_t boottime = 0;
    std::int64_t round_trip = 0;  // of the measurement: it is wrong by half of it at most
};

// The best of a few measurements, by the shortest round trip.
Result<ClockOffsets> measure_clocks(const std::string& address, std::uint16_t port);

// Text for /proc/self/timens_offsets.
std::string time_namespace_offsets(const ClockOffsets& clocks);

// CLOCK_REALTIME to the head's, at once.
Result<> step_clock(std::int64_t nanoseconds);

// What keeps our clocks with the head's. `joined` is what the guests' time
// namespace was made with, `now` what is measured.
struct ClockCorrection {
    std::int64_t slew = 0;  // of all clocks, little by little
    std::int64_t step = 0;  // of CLOCK_REALTIME: somebody has set the head's
    bool worth_it = false;  // else the measurement is too coarse to act on
};
ClockCorrection plan_correction(const ClockOffsets& joined, const ClockOffsets& now);
Result<> correct_clock(const ClockCorrection& correction);

}  // namespace dolmen::node
