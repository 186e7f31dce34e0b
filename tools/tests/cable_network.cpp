// SPDX-License-Identifier: GPL-2.0-only
#include "cable_network.hpp"

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/scope_exit.hpp"
#include "net/links.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <csignal>
#include <functional>
#include <thread>

namespace dolmen::tests {
namespace {

using namespace std::chrono_literals;

constexpr std::array<const char*, 2> kAddresses{"192.0.2.1/24", "198.51.100.1/24"};
constexpr std::uint16_t kServerPort = 67;

Result<Fd> own_namespace() {
    return open_file("/proc/self/ns/net", O_RDONLY);
}

Result<Fd> new_namespace() {
    if (::unshare(CLONE_NEWNET) < 0)
        return fail_errno("make a network namespace");
    return own_namespace();
}

Result<> enter(const Fd& space) {
    if (::setns(space.get(), CLONE_NEWNET) < 0)
        return fail_errno("enter a network namespace");
    return {};
}

Result<> run(const std::vector<std::string>& argv) {
    const auto done = DOLMEN_TRY(run_command(argv, 10s));
    if (!done.status.success())
        return fail_text(argv.at(0) + ": " + done.status.to_string() + ": " + done.output);
    return {};
}

Result<> wait_until(const std::function<bool()>& condition, const std::string& what) {
    const auto deadline = Deadline::after(20s);
    while (!condition()) {
        if (deadline.passed())
            return fail_errno("wait until " + what, ETIMEDOUT);
        std::this_thread::sleep_for(10ms);
    }
    return {};
}

Result<net::NetworkLink> find_link(const std::string& name) {
    auto netlink = DOLMEN_TRY(net::Netlink::create());
    const auto links = DOLMEN_TRY(netlink.links());
    const auto found = std::find_if(links.begin(), links.end(), [&](const net::NetworkLink& link) {
        return link.name == name;
    });
    if (found == links.end())
        return fail_errno("find network card " + name, ENODEV);
    return *found;
}

}  // namespace

Result<std::unique_ptr<CableNetwork>> CableNetwork::create(unsigned cables) {
    Fd before = DOLMEN_TRY(own_namespace());
    Fd there = DOLMEN_TRY(new_namespace());
    Fd here = DOLMEN_TRY(new_namespace());
    std::unique_ptr<CableNetwork> network(
        new CableNetwork(std::move(before), std::move(there), std::move(here)));
    DOLMEN_TRY(network->run_there({"ip", "link", "set", "lo", "up"}));
    for (unsigned cable = 0; cable < cables; ++cable)
        DOLMEN_TRY(network->connect(cable));
    return network;
}

CableNetwork::~CableNetwork() {
    static_cast<void>(enter(before_));
}

Result<> CableNetwork::connect(unsigned cable) {
    const std::string head = fmt::format("head{}", cable);
    const std::string lan = fmt::format("lan{}", cable);
    const std::string space = fmt::format("/proc/{}/fd/{}", ::getpid(), there_.get());
    DOLMEN_TRY(
        run_here({"ip", "link", "add", head, "type", "veth", "peer", "name", lan, "netns", space}));
    DOLMEN_TRY(run_there({"ip", "address", "add", kAddresses.at(cable), "dev", lan}));
    DOLMEN_TRY(run_there({"ip", "link", "set", lan, "up"}));
    DOLMEN_TRY(run_here({"ip", "link", "set", head, "up"}));
    return wait_until(
        [&] {
            const auto link = find_link(head);
            return link && link->up && link->carrier;
        },
        head + " has a link");
}

std::vector<std::string> CableNetwork::there(const std::vector<std::string>& argv) const {
    std::vector<std::string> all{"nsenter",
                                 fmt::format("--net=/proc/{}/fd/{}", ::getpid(), there_.get())};
    all.insert(all.end(), argv.begin(), argv.end());
    return all;
}

Result<> CableNetwork::run_here(const std::vector<std::string>& argv) {
    return run(argv);
}

Result<> CableNetwork::run_there(const std::vector<std::string>& argv) {
    return run(there(argv));
}

Result<Process> CableNetwork::start_dnsmasq(unsigned cable,
                                            const std::vector<std::string>& options) {
    // Another user than root would lose the signal at our end.
    std::vector<std::string> argv{"dnsmasq",           "--keep-in-foreground",
                                  "--user=root",       "--conf-file=/dev/null",
                                  "--pid-file=",       "--leasefile-ro",
                                  "--log-facility=-",  "--port=0",
                                  "--bind-interfaces", fmt::format("--interface=lan{}", cable)};
    argv.insert(argv.end(), options.begin(), options.end());
    SpawnOptions spawn;
    spawn.parent_death_signal = SIGKILL;
    Process dnsmasq = DOLMEN_TRY(Process::spawn(there(argv), spawn));
    const std::string sockets = fmt::format("/proc/{}/net/udp", dnsmasq.pid());
    DOLMEN_TRY(wait_until(
        [&] {
            const auto text = read_file(sockets);
            return text && text->find(fmt::format(":{:04X} ", kServerPort)) != std::string::npos;
        },
        "dnsmasq listens"));
    return dnsmasq;
}

Result<Fd> CableNetwork::server_socket(unsigned cable) {
    DOLMEN_TRY(enter(there_));
    const ScopeExit back([this] { static_cast<void>(enter(here_)); });
    Fd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const std::string lan = fmt::format("lan{}", cable);
    const int on = 1;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(kServerPort);
    const bool good =
        fd.valid() && ::setsockopt(fd.get(), SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) == 0 &&
        ::setsockopt(fd.get(), SOL_SOCKET, SO_BINDTODEVICE, lan.c_str(),
                     static_cast<socklen_t>(lan.size())) == 0 &&
        ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    if (!good)
        return fail_errno("make a socket on " + lan);
    return fd;
}

Result<net::Nic> CableNetwork::nic(const std::string& name) {
    return net::to_nic(DOLMEN_TRY(find_link(name)));
}

}  // namespace dolmen::tests
