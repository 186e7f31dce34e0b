// SPDX-License-Identifier: GPL-2.0-only
#include "noded/system_setup.hpp"

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/log.hpp"

#include <fmt/core.h>
#include <unistd.h>
#include <cstdlib>

namespace dolmen::node {
namespace {

constexpr const char* kNfsIdentifier = "/sys/fs/nfs/net/nfs_client/identifier";
constexpr std::int64_t kSmallDifference = 1'000'000;  // ns

}  // namespace

Result<> set_identity(const std::string& node_name, const std::string& machine_id) {
    if (::sethostname(node_name.c_str(), node_name.size()) < 0)
        return fail_errno("set the host name");
    auto written = write_control(kNfsIdentifier, machine_id + "-" + node_name);
    if (!written)
        return fail(
            std::move(written.error()).hint("is the kernel's NFS client (module \"nfs\") there?"));
    return {};
}

Result<> step_clock(const ClockOffsets& clocks) {
    if (std::llabs(clocks.realtime) < kSmallDifference)
        return {};
    const timespec time = to_timespec(clock_nanoseconds(CLOCK_REALTIME) + clocks.realtime);
    if (::clock_settime(CLOCK_REALTIME, &time) < 0)
        return fail_errno("set the clock");
    return {};
}

Result<> set_limits(const std::map<std::string, std::string>& sysctls) {
    DOLMEN_TRY(write_control("/proc/sys/kernel/pid_max", kPidMax));
    for (const char* name : rpc::kSharedSysctls) {
        const auto wanted = sysctls.find(name);
        if (wanted == sysctls.end())
            continue;
        const auto written = write_control(std::string("/proc/sys/") + name, wanted->second);
        if (!written)
            log::warning("{}", written.error().to_string());
    }
    return {};
}

std::string time_namespace_offsets(const ClockOffsets& clocks) {
    const timespec monotonic = to_timespec(clocks.monotonic);
    const timespec boottime = to_timespec(clocks.boottime);
    return fmt::format("monotonic {} {}\nboottime {} {}\n", monotonic.tv_sec, monotonic.tv_nsec,
                       boottime.tv_sec, boottime.tv_nsec);
}

}  // namespace dolmen::node
