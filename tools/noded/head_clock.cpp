// SPDX-License-Identifier: GPL-2.0-only
#include "noded/head_clock.hpp"

#include "base/clock.hpp"
#include "rpc/frame.hpp"
#include "rpc/join.hpp"
#include "rpc/socket.hpp"

#include <fmt/core.h>
#include <sys/timex.h>
#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace dolmen::node {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kAnswer = 5s;
constexpr int kMeasurements = 4;
constexpr std::int64_t kMillisecond = 1'000'000;
// A head's clock that has gone this far from its monotonic one was set by hand.
constexpr std::int64_t kStepped = 100 * kMillisecond;
// The kernel's phase-locked loop takes no more at a time.
constexpr std::int64_t kMostSlew = 500 * kMillisecond;
// Its time constant, as a power of two of four seconds.
constexpr long kTimeConstant = 1;

Result<ClockOffsets> measure_once(int fd) {
    const std::int64_t asked = clock_nanoseconds(CLOCK_MONOTONIC);
    DOLMEN_TRY(rpc::send_frame(fd, rpc::to_json(rpc::TimeRequest{}), kAnswer));
    const auto raw = DOLMEN_TRY(rpc::receive_frame(fd, kAnswer, rpc::kJoinFrameLimit));
    const std::int64_t realtime = clock_nanoseconds(CLOCK_REALTIME);
    const std::int64_t monotonic = clock_nanoseconds(CLOCK_MONOTONIC);
    const std::int64_t boottime = clock_nanoseconds(CLOCK_BOOTTIME);
    const auto message = DOLMEN_TRY(rpc::head_message(raw));
    const auto* head = std::get_if<rpc::TimeAnswer>(&message);
    if (head == nullptr)
        return fail_errno("ask the head for its time", EPROTO);
    const std::int64_t round_trip = monotonic - asked;
    const std::int64_t way = round_trip / 2;
    return ClockOffsets{head->realtime_ns + way - realtime, head->monotonic_ns + way - monotonic,
                        head->boottime_ns + way - boottime, round_trip};
}

}  // namespace

Result<ClockOffsets> measure_clocks(const std::string& address, std::uint16_t port) {
    const Fd fd = DOLMEN_TRY(rpc::connect_tcp(address, port, kAnswer));
    ClockOffsets best = DOLMEN_TRY(measure_once(fd.get()));
    for (int count = 1; count < kMeasurements; ++count) {
        const ClockOffsets next = DOLMEN_TRY(measure_once(fd.get()));
        if (next.round_trip < best.round_trip)
            best = next;
    }
    return best;
}

std::string time_namespace_offsets(const ClockOffsets& clocks) {
    const timespec monotonic = to_timespec(clocks.monotonic);
    const timespec boottime = to_timespec(clocks.boottime);
    return fmt::format("monotonic {} {}\nboottime {} {}\n", monotonic.tv_sec, monotonic.tv_nsec,
                       boottime.tv_sec, boottime.tv_nsec);
}

Result<> step_clock(std::int64_t nanoseconds) {
    const timespec time = to_timespec(clock_nanoseconds(CLOCK_REALTIME) + nanoseconds);
    if (::clock_settime(CLOCK_REALTIME, &time) < 0)
        return fail_errno("set the clock");
    return {};
}

ClockCorrection plan_correction(const ClockOffsets& joined, const ClockOffsets& now) {
    const std::int64_t drift = now.monotonic - joined.monotonic;
    const std::int64_t stepped = now.realtime - drift;
    ClockCorrection correction;
    // What is smaller than the measurement's own error is not known to be there.
    const std::int64_t error = now.round_trip / 2;
    if (std::llabs(drift) > error)
        correction.slew = std::clamp(drift, -kMostSlew, kMostSlew);
    if (std::llabs(stepped) > kStepped + error)
        correction.step = stepped;
    correction.worth_it = correction.slew != 0 || correction.step != 0;
    return correction;
}

Result<> correct_clock(const ClockCorrection& correction) {
    if (correction.step != 0)
        DOLMEN_TRY(step_clock(correction.step));
    timex settings{};
    settings.modes = ADJ_OFFSET | ADJ_STATUS | ADJ_TIMECONST | ADJ_NANO;
    settings.offset = correction.slew;
    settings.constant = kTimeConstant;
    // Without UNSYNC the kernel would write its time to the machine's own clock.
    settings.status = STA_PLL | STA_UNSYNC;
    if (::adjtimex(&settings) < 0)
        return fail_errno("slew the clock");
    return {};
}

}  // namespace dolmen::node
