// SPDX-License-Identifier: GPL-2.0-only
#include "lib/foreign_dhcp.hpp"

#include <fcntl.h>
#include <fmt/core.h>

#include <base/clock.hpp>
#include <base/file.hpp>

#include "lib/pause.hpp"

namespace dolmen::qa {
namespace {

constexpr std::chrono::milliseconds kStartLimit{10000};
// The server's port, as /proc/net/udp writes it.
constexpr const char* kServerPort = ":0043 ";

std::vector<std::string> command(const std::vector<std::string>& options) {
    std::vector<std::string> argv{
        "dnsmasq",
        "--keep-in-foreground",
        "--user=root",  // another user would lose the signal at our end
        "--conf-file=/dev/null",
        "--pid-file=",
        "--leasefile-ro",
        "--log-facility=-",
        "--log-dhcp",
        "--port=0",
        "--bind-interfaces",
        fmt::format("--interface={}", LanTap::kDevice),
        fmt::format("--dhcp-range={0}100,{0}199,255.255.255.0,1h", ForeignDhcp::kNetwork),
        "--dhcp-authoritative",
        "--no-ping",
    };
    argv.insert(argv.end(), options.begin(), options.end());
    return argv;
}

Result<> wait_until_it_listens(Process& dnsmasq, const std::string& log) {
    const Deadline deadline = Deadline::after(kStartLimit);
    const std::string sockets = fmt::format("/proc/{}/net/udp", dnsmasq.pid());
    while (true) {
        if (const Result<std::string> text = read_file(sockets);
            text && text->find(kServerPort) != std::string::npos) {
            return {};
        }
        if (DOLMEN_TRY(dnsmasq.wait_for(std::chrono::milliseconds(0)))) {
            return fail_text("dnsmasq has ended, see " + log);
        }
        if (deadline.passed()) {
            return fail_errno("dnsmasq does not listen, see " + log, ETIMEDOUT);
        }
        pause_between_looks();
    }
}

}  // namespace

Result<ForeignDhcp> ForeignDhcp::start(Switch& lan, const std::vector<std::string>& options,
                                       const std::string& log) {
    Result<LanTap> tap = LanTap::create(lan, std::string(kAddress) + "/24");
    if (!tap) {
        return fail(std::move(tap.error()).context("a DHCP server in the LAN"));
    }
    const Fd file = DOLMEN_TRY(open_file(log, O_WRONLY | O_CREAT | O_APPEND));
    const Fd nothing = DOLMEN_TRY(open_file("/dev/null", O_RDONLY));
    SpawnOptions spawn;
    spawn.input = nothing.get();
    spawn.output = spawn.error = file.get();
    spawn.new_session = true;
    Process dnsmasq = DOLMEN_TRY(tap->space().spawn(command(options), spawn));
    DOLMEN_TRY(wait_until_it_listens(dnsmasq, log));
    return ForeignDhcp(std::move(*tap), std::move(dnsmasq));
}

}  // namespace dolmen::qa
