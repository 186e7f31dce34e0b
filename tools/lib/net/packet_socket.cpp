// SPDX-License-Identifier: GPL-2.0-only
#include "net/packet_socket.hpp"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <array>
#include <cstring>

namespace dolmen::net {
namespace {

// Whole IPv4 datagrams of UDP for `port`; offsets are into the Ethernet frame.
Result<> attach_udp_filter(int fd, std::uint16_t port) {
    std::array<sock_filter, 9> program{{
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 23),  // protocol
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 6),
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 20),  // more fragments, or not the first
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x3fff, 4, 0),
        BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 14),  // length of the IPv4 header
        BPF_STMT(BPF_LD | BPF_H | BPF_IND, 16),   // destination port
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0xffff),
        BPF_STMT(BPF_RET | BPF_K, 0),
    }};
    const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
    if (::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) < 0)
        return fail_errno("filter a packet socket");
    return {};
}

// What the kernel tells of a frame besides its bytes; nullptr: nothing.
const tpacket_auxdata* find_status(msghdr& message) {
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
         part = CMSG_NXTHDR(&message, part))
        if (part->cmsg_level == SOL_PACKET && part->cmsg_type == PACKET_AUXDATA)
            return reinterpret_cast<const tpacket_auxdata*>(CMSG_DATA(part));
    return nullptr;
}

// The kernel has taken the tag out of the frame. 0 is a priority without a VLAN.
bool is_of_vlan(const tpacket_auxdata& status) {
    return (status.tp_status & TP_STATUS_VLAN_VALID) != 0 && (status.tp_vlan_tci & 0xfffU) != 0;
}

}  // namespace

Result<Nic> to_nic(const NetworkLink& link) {
    if (!link.ethernet || link.loopback)
        return fail_errno("use " + link.name + " as an Ethernet card", EINVAL);
    return Nic{link.index, link.name, DOLMEN_TRY(parse_mac(link.mac))};
}

Result<PacketSocket> PacketSocket::open_udp(const Nic& nic, std::uint16_t port) {
    // Of no protocol: until it is bound it would receive from all cards.
    Fd fd(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd)
        return fail_errno("make a packet socket");
    DOLMEN_TRY(attach_udp_filter(fd.get(), port));
    const int on = 1;
    if (::setsockopt(fd.get(), SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) < 0)
        return fail_errno("ask for the state of packets");
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_IP);
    address.sll_ifindex = nic.index;
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) < 0)
        return fail_errno("use packets of " + nic.name);
    return PacketSocket(std::move(fd), nic.name);
}

Result<> PacketSocket::send(BytesView frame) {
    if (::send(fd_.get(), frame.data(), frame.size(), 0) < 0)
        return fail_errno("send on " + name_);
    return {};
}

Result<std::optional<ReceivedFrame>> PacketSocket::receive() {
    for (;;) {
        alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(tpacket_auxdata))> control{};
        iovec part{buffer_.data(), buffer_.size()};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        const ssize_t length = ::recvmsg(fd_.get(), &message, 0);
        if (length < 0 && errno == EAGAIN)
            return std::optional<ReceivedFrame>{};
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return fail_errno("receive on " + name_);
        const tpacket_auxdata* status = find_status(message);
        ReceivedFrame frame;
        const bool too_long = (message.msg_flags & MSG_TRUNC) != 0;
        if (!too_long && (status == nullptr || !is_of_vlan(*status)))
            frame.bytes = BytesView(buffer_).first(static_cast<std::size_t>(length));
        if (status != nullptr && (status->tp_status & TP_STATUS_CSUMNOTREADY) != 0)
            frame.checksum = UdpChecksum::kNotFilledIn;
        return std::optional<ReceivedFrame>{frame};
    }
}

}  // namespace dolmen::net
