// SPDX-License-Identifier: GPL-2.0-only
#include "net/arp_packet.hpp"

#include <fmt/core.h>
#include <algorithm>

namespace dolmen::net {
namespace {

constexpr std::uint16_t kTypeArp = 0x0806;
constexpr std::size_t kHeader = 14;
constexpr std::size_t kPacket = 28;
constexpr std::uint16_t kRequest = 1;
constexpr std::uint16_t kReply = 2;
// Hardware Ethernet, protocol IPv4, addresses of 6 and 4 bytes.
constexpr std::uint32_t kEthernetIpv4 = 0x0001'0800;
constexpr std::uint16_t kAddressSizes = 0x0604;

tl::unexpected<Error> bad(const std::string& what) {
    return fail_errno("ARP frame: " + what, EBADMSG);
}

Mac get_mac(BytesView from, std::size_t offset) {
    Mac mac{};
    std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(offset), mac.size(), mac.begin());
    return mac;
}

}  // namespace

Bytes make_arp_probe(const Mac& from, Ipv4 wanted) {
    Bytes frame;
    put_bytes(frame, kBroadcastMac);
    put_bytes(frame, from);
    put16(frame, kTypeArp);
    put32(frame, kEthernetIpv4);
    put16(frame, kAddressSizes);
    put16(frame, kRequest);
    put_bytes(frame, from);
    put32(frame, 0);
    put_bytes(frame, Mac{});
    put32(frame, wanted.bits);
    return frame;
}

Result<ArpMessage> parse_arp_frame(BytesView frame) {
    if (frame.size() < kHeader + kPacket)
        return bad(fmt::format("{} bytes", frame.size()));
    if (get16(frame, kHeader - 2) != kTypeArp)
        return bad("no ARP");
    const BytesView packet = frame.subspan(kHeader);
    if (get32(packet, 0) != kEthernetIpv4 || get16(packet, 4) != kAddressSizes)
        return bad("not for IPv4 on Ethernet");
    ArpMessage message;
    message.operation = get16(packet, 6);
    if (message.operation != kRequest && message.operation != kReply)
        return bad(fmt::format("operation {}", message.operation));
    message.sender_mac = get_mac(packet, 8);
    message.sender = Ipv4{get32(packet, 14)};
    message.target_mac = get_mac(packet, 18);
    message.target = Ipv4{get32(packet, 24)};
    return message;
}

bool shows_taken(const ArpMessage& message, Ipv4 wanted, const Mac& own) {
    // What a switch or a bridge sends back to us is no neighbour.
    if (message.sender_mac == own)
        return false;
    const bool has_it = message.sender == wanted;
    const bool looks_for_it =
        message.operation == kRequest && !message.sender.is_set() && message.target == wanted;
    return has_it || looks_for_it;
}

}  // namespace dolmen::net
