// SPDX-License-Identifier: GPL-2.0-only
#include "net/links.hpp"

#include "net/addresses.hpp"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <array>
#include <charconv>

namespace dolmen::net {
namespace {

// Dumps come in datagrams of at most 32 KiB.
using Buffer = std::array<char, 32768>;

std::string to_mac(const unsigned char* bytes, std::size_t length) {
    std::string text;
    for (std::size_t index = 0; index < length; ++index)
        text += fmt::format("{}{:02x}", index == 0 ? "" : ":", bytes[index]);
    return text;
}

int collect_link_attribute(const nlattr* attribute, void* data) {
    NetworkLink& link = *static_cast<NetworkLink*>(data);
    const auto* bytes = static_cast<const unsigned char*>(mnl_attr_get_payload(attribute));
    const std::size_t length = mnl_attr_get_payload_len(attribute);
    if (mnl_attr_get_type(attribute) == IFLA_IFNAME)
        link.name = mnl_attr_get_str(attribute);
    if (mnl_attr_get_type(attribute) == IFLA_ADDRESS && link.ethernet)
        link.mac = to_mac(bytes, length);
    return MNL_CB_OK;
}

int on_link(const nlmsghdr* message, void* data) {
    const auto* info = static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(message));
    NetworkLink link;
    link.index = info->ifi_index;
    link.ethernet = info->ifi_type == ARPHRD_ETHER;
    link.loopback = (info->ifi_flags & IFF_LOOPBACK) != 0;
    link.up = (info->ifi_flags & IFF_UP) != 0;
    link.carrier = (info->ifi_flags & IFF_LOWER_UP) != 0;
    if (mnl_attr_parse(message, sizeof(ifinfomsg), collect_link_attribute, &link) < 0)
        return MNL_CB_ERROR;
    static_cast<std::vector<NetworkLink>*>(data)->push_back(std::move(link));
    return MNL_CB_OK;
}

}  // namespace

Result<Address> parse_address(const std::string& text) {
    const auto slash = text.find('/');
    Address address;
    address.ip = text.substr(0, slash);
    in_addr ignored{};
    bool good =
        slash != std::string::npos && ::inet_pton(AF_INET, address.ip.c_str(), &ignored) == 1;
    if (good) {
        const char* end = text.data() + text.size();
        const auto [last, code] = std::from_chars(text.data() + slash + 1, end, address.prefix);
        good = code == std::errc{} && last == end && address.prefix <= 32;
    }
    if (!good)
        return fail_errno("address \"" + text + "\" (want ADDRESS/LENGTH)", EINVAL);
    return address;
}

Result<Netlink> Netlink::create() {
    Fd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    if (!fd)
        return fail_errno("make a netlink socket");
    return Netlink(std::move(fd));
}

Result<std::vector<NetworkLink>> Netlink::links() {
    alignas(nlmsghdr) Buffer buffer{};
    nlmsghdr* message = mnl_nlmsg_put_header(buffer.data());
    message->nlmsg_type = RTM_GETLINK;
    message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    message->nlmsg_seq = ++sequence_;
    mnl_nlmsg_put_extra_header(message, sizeof(ifinfomsg));
    if (::send(fd_.get(), message, message->nlmsg_len, 0) < 0)
        return fail_errno("list network links");
    std::vector<NetworkLink> links;
    int verdict = MNL_CB_OK;
    while (verdict > MNL_CB_STOP) {
        const ssize_t length = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
        if (length < 0)
            return fail_errno("list network links");
        verdict = mnl_cb_run(buffer.data(), static_cast<std::size_t>(length), sequence_, 0, on_link,
                             &links);
    }
    if (verdict < 0)
        return fail_errno("list network links");
    return links;
}

Result<> Netlink::remove_addresses(int link_index) {
    for (const OwnAddress& address : DOLMEN_TRY(own_addresses())) {
        if (address.link_index != link_index)
            continue;
        alignas(nlmsghdr) std::array<char, 512> buffer{};
        nlmsghdr* message = mnl_nlmsg_put_header(buffer.data());
        message->nlmsg_type = RTM_DELADDR;
        auto* info =
            static_cast<ifaddrmsg*>(mnl_nlmsg_put_extra_header(message, sizeof(ifaddrmsg)));
        info->ifa_family = AF_INET;
        info->ifa_prefixlen = static_cast<unsigned char>(address.network.prefix);
        info->ifa_index = static_cast<unsigned>(link_index);
        mnl_attr_put_u32(message, IFA_LOCAL, htonl(address.network.address.bits));
        // A first address takes those of its network along.
        auto done = request(message, "remove address " + address.network.to_string());
        if (!done && done.error().code() != EADDRNOTAVAIL)
            return done;
    }
    return {};
}

Result<> Netlink::request(void* raw, const std::string& what) {
    auto* message = static_cast<nlmsghdr*>(raw);
    message->nlmsg_seq = ++sequence_;
    message->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
    if (::send(fd_.get(), message, message->nlmsg_len, 0) < 0)
        return fail_errno(what);
    alignas(nlmsghdr) Buffer buffer{};
    const ssize_t length = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (length < 0 || mnl_cb_run(buffer.data(), static_cast<std::size_t>(length), sequence_, 0,
                                 nullptr, nullptr) < 0)
        return fail_errno(what);
    return {};
}

Result<> Netlink::set_up(int link_index) {
    alignas(nlmsghdr) std::array<char, 512> buffer{};
    nlmsghdr* message = mnl_nlmsg_put_header(buffer.data());
    message->nlmsg_type = RTM_NEWLINK;
    auto* info = static_cast<ifinfomsg*>(mnl_nlmsg_put_extra_header(message, sizeof(ifinfomsg)));
    info->ifi_family = AF_UNSPEC;
    info->ifi_index = link_index;
    info->ifi_flags = IFF_UP;
    info->ifi_change = IFF_UP;
    return request(message, fmt::format("switch on network link {}", link_index));
}

Result<> Netlink::add_address(int link_index, const Address& address) {
    in_addr ip{};
    if (::inet_pton(AF_INET, address.ip.c_str(), &ip) != 1)
        return fail_errno("address " + address.ip, EINVAL);
    alignas(nlmsghdr) std::array<char, 512> buffer{};
    nlmsghdr* message = mnl_nlmsg_put_header(buffer.data());
    message->nlmsg_type = RTM_NEWADDR;
    message->nlmsg_flags = NLM_F_CREATE | NLM_F_REPLACE;
    auto* info = static_cast<ifaddrmsg*>(mnl_nlmsg_put_extra_header(message, sizeof(ifaddrmsg)));
    info->ifa_family = AF_INET;
    info->ifa_prefixlen = static_cast<unsigned char>(address.prefix);
    info->ifa_index = static_cast<unsigned>(link_index);
    mnl_attr_put_u32(message, IFA_LOCAL, ip.s_addr);
    mnl_attr_put_u32(message, IFA_ADDRESS, ip.s_addr);
    if (address.prefix < 31) {
        const std::uint32_t host_bits =
            address.prefix == 0 ? UINT32_MAX : (1U << (32 - address.prefix)) - 1;
        mnl_attr_put_u32(message, IFA_BROADCAST, ip.s_addr | htonl(host_bits));
    }
    return request(message, fmt::format("add address {}/{}", address.ip, address.prefix));
}

}  // namespace dolmen::net
