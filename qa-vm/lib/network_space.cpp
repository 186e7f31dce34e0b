// SPDX-License-Identifier: GPL-2.0-only
#include "lib/network_space.hpp"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>

#include <base/scope_exit.hpp>
#include <csignal>
#include <cstring>

namespace dolmen::qa {
namespace {

constexpr std::chrono::milliseconds kCommandLimit{10000};

Result<Fd> present_space() {
    return open_file("/proc/thread-self/ns/net", O_RDONLY);
}

Result<> run(const std::vector<std::string>& argv) {
    const CommandOutput done = DOLMEN_TRY(run_command(argv, kCommandLimit));
    if (!done.status.success()) {
        return fail_text(argv[0] + ": " + done.status.to_string() + ": " + done.output);
    }
    return {};
}

Result<Fd> open_tap(const std::string& name) {
    Fd tap = DOLMEN_TRY(open_file("/dev/net/tun", O_RDWR));
    ifreq request{};
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    if (name.size() >= sizeof(request.ifr_name)) {
        return fail_errno("tap device " + name, ENAMETOOLONG);
    }
    std::memcpy(request.ifr_name, name.c_str(), name.size() + 1);
    if (::ioctl(tap.get(), TUNSETIFF, &request) != 0) {
        return fail_errno("tap device " + name);
    }
    return tap;
}

}  // namespace

Result<NetworkSpace> NetworkSpace::create() {
    Fd outside = DOLMEN_TRY(present_space());
    if (::unshare(CLONE_NEWNET) != 0) {
        return fail(Error::system("a network namespace of its own").hint("it needs root"));
    }
    NetworkSpace space(std::move(outside), Fd());
    const ScopeExit back([&] { space.leave(); });
    space.inside_ = DOLMEN_TRY(present_space());
    DOLMEN_TRY(run({"ip", "link", "set", "lo", "up"}));
    return space;
}

Result<> NetworkSpace::enter() const {
    if (::setns(inside_.get(), CLONE_NEWNET) != 0) {
        return fail_errno("enter a network namespace");
    }
    return {};
}

void NetworkSpace::leave() const {
    static_cast<void>(::setns(outside_.get(), CLONE_NEWNET));
}

Result<Fd> NetworkSpace::make_tap(const std::string& name, const std::string& address) {
    DOLMEN_TRY(enter());
    const ScopeExit back([this] { leave(); });
    Fd tap = DOLMEN_TRY(open_tap(name));
    DOLMEN_TRY(run({"ip", "address", "add", address, "dev", name}));
    DOLMEN_TRY(run({"ip", "link", "set", name, "up"}));
    return tap;
}

Result<Process> NetworkSpace::spawn(const std::vector<std::string>& argv,
                                    const SpawnOptions& options) {
    DOLMEN_TRY(enter());
    const ScopeExit back([this] { leave(); });
    SpawnOptions until_we_end = options;
    until_we_end.parent_death_signal = SIGKILL;
    return Process::spawn(argv, until_we_end);
}

}  // namespace dolmen::qa
