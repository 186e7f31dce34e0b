// SPDX-License-Identifier: GPL-2.0-only
#include "net/addresses.hpp"

#include "base/fd.hpp"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <array>

namespace dolmen::net {
namespace {

// Dumps come in datagrams of at most 32 KiB.
using Buffer = std::array<char, 32768>;
constexpr std::uint32_t kSequence = 1;

int take_attribute(const nlattr* attribute, void* data) {
    auto& address = *static_cast<OwnAddress*>(data);
    const bool whole = mnl_attr_get_payload_len(attribute) == sizeof(std::uint32_t);
    if (mnl_attr_get_type(attribute) == IFA_LOCAL && whole)
        address.network.address = Ipv4{ntohl(mnl_attr_get_u32(attribute))};
    if (mnl_attr_get_type(attribute) == IFA_FLAGS && whole)
        address.for_now = (mnl_attr_get_u32(attribute) & IFA_F_PERMANENT) == 0;
    return MNL_CB_OK;
}

int take_address(const nlmsghdr* message, void* data) {
    const auto* info = static_cast<const ifaddrmsg*>(mnl_nlmsg_get_payload(message));
    OwnAddress address;
    address.link_index = static_cast<int>(info->ifa_index);
    address.network.prefix = info->ifa_prefixlen;
    address.for_now = (info->ifa_flags & IFA_F_PERMANENT) == 0;
    if (mnl_attr_parse(message, sizeof(ifaddrmsg), take_attribute, &address) < 0)
        return MNL_CB_ERROR;
    if (info->ifa_family == AF_INET && address.network.address.is_set())
        static_cast<std::vector<OwnAddress>*>(data)->push_back(address);
    return MNL_CB_OK;
}

}  // namespace

Result<std::vector<OwnAddress>> own_addresses() {
    const Fd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    if (!fd)
        return fail_errno("make a netlink socket");
    alignas(nlmsghdr) Buffer buffer{};
    nlmsghdr* message = mnl_nlmsg_put_header(buffer.data());
    message->nlmsg_type = RTM_GETADDR;
    message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    message->nlmsg_seq = kSequence;
    auto* info = static_cast<ifaddrmsg*>(mnl_nlmsg_put_extra_header(message, sizeof(ifaddrmsg)));
    info->ifa_family = AF_INET;
    if (::send(fd.get(), message, message->nlmsg_len, 0) < 0)
        return fail_errno("list addresses");
    std::vector<OwnAddress> addresses;
    int verdict = MNL_CB_OK;
    while (verdict > MNL_CB_STOP) {
        const ssize_t length = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
        if (length < 0)
            return fail_errno("list addresses");
        verdict = mnl_cb_run(buffer.data(), static_cast<std::size_t>(length), kSequence, 0,
                             take_address, &addresses);
    }
    if (verdict < 0)
        return fail_errno("list addresses");
    return addresses;
}

}  // namespace dolmen::net
