// SPDX-License-Identifier: GPL-2.0-only
#include "noded/network.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <thread>

namespace dolmen::node {
namespace {

constexpr std::chrono::milliseconds kLook{50};

Result<std::optional<net::NetworkLink>> find_link(net::Netlink& netlink) {
    auto links = DOLMEN_TRY(netlink.links());
    for (const net::NetworkLink& link : links) {
        if (link.loopback || !link.ethernet)
            continue;
        if (!link.up)
            DOLMEN_TRY(netlink.set_up(link.index));
    }
    const auto ready = std::find_if(links.begin(), links.end(), [](const net::NetworkLink& link) {
        return link.ethernet && !link.loopback && link.up && link.carrier;
    });
    if (ready == links.end())
        return std::optional<net::NetworkLink>{};
    return std::optional<net::NetworkLink>{*ready};
}

}  // namespace

Result<net::Address> default_address(const std::string& mac) {
    const auto colon = mac.rfind(':');
    if (colon == std::string::npos)
        return fail_errno("make an address from MAC \"" + mac + "\"", EINVAL);
    const unsigned long last = std::strtoul(mac.c_str() + colon + 1, nullptr, 16) & 0xffU;
    // 253 hosts from 2 on: .0 and .255 are no hosts and .1 is the head.
    const unsigned long host = (100 + last - 2) % 253 + 2;
    return net::Address{fmt::format("10.77.0.{}", host), 24};
}

Result<ClusterNic> bring_up_network(const std::string& wanted, std::chrono::milliseconds limit) {
    net::Netlink netlink = DOLMEN_TRY(net::Netlink::create());
    const auto deadline = Deadline::after(limit);
    std::optional<net::NetworkLink> link;
    while (!link) {
        link = DOLMEN_TRY(find_link(netlink));
        if (link)
            break;
        if (deadline.passed())
            return fail(Error::system("wait for a network link", ETIMEDOUT)
                            .hint("is the cable plugged in, its driver there?"));
        std::this_thread::sleep_for(kLook);
    }
    const net::Address address = wanted.empty() ? DOLMEN_TRY(default_address(link->mac))
                                                : DOLMEN_TRY(net::parse_address(wanted));
    DOLMEN_TRY(netlink.add_address(link->index, address));
    return ClusterNic{link->name, link->mac, address.ip};
}

}  // namespace dolmen::node
