// SPDX-License-Identifier: GPL-2.0-only
#include "net/udp_frame.hpp"

#include <fmt/core.h>
#include <netinet/in.h>
#include <cassert>

namespace dolmen::net {
namespace {

constexpr std::uint16_t kTypeIpv4 = 0x0800;
constexpr std::size_t kIpHeader = 20;  // without options
constexpr std::size_t kUdpHeader = 8;
constexpr std::uint32_t kDoNotFragment = 0x4000;
constexpr std::uint32_t kMoreFragmentsOrOffset = 0x3fff;

tl::unexpected<Error> bad(const std::string& what) {
    return fail_errno("UDP frame: " + what, EBADMSG);
}

// Sum of 16-bit words; an odd last byte counts as if a zero followed.
std::uint32_t sum_words(BytesView bytes, std::uint32_t sum) {
    for (std::size_t index = 0; index + 1 < bytes.size(); index += 2)
        sum += get16(bytes, index);
    if (bytes.size() % 2 != 0)
        sum += std::uint32_t{bytes.back()} << 8U;
    return sum;
}

// RFC 1071; over bytes that hold a right checksum it is 0.
std::uint16_t fold(std::uint32_t sum) {
    while (sum >> 16U != 0)
        sum = (sum & 0xffffU) + (sum >> 16U);
    return static_cast<std::uint16_t>(~sum & 0xffffU);
}

// `udp`: header and payload.
std::uint16_t udp_checksum(Ipv4 source, Ipv4 destination, BytesView udp) {
    Bytes pseudo_header;
    put32(pseudo_header, source.bits);
    put32(pseudo_header, destination.bits);
    put16(pseudo_header, IPPROTO_UDP);
    put16(pseudo_header, static_cast<std::uint32_t>(udp.size()));
    return fold(sum_words(udp, sum_words(pseudo_header, 0)));
}

void set16(Bytes& bytes, std::size_t offset, std::uint16_t number) {
    bytes.at(offset) = static_cast<std::uint8_t>(number >> 8U);
    bytes.at(offset + 1) = static_cast<std::uint8_t>(number & 0xffU);
}

// The IPv4 packet of an Ethernet frame, without what the card has padded.
Result<BytesView> ip_packet(BytesView frame) {
    if (frame.size() < kEthernetHeader + kIpHeader)
        return bad(fmt::format("{} bytes", frame.size()));
    if (get16(frame, kEthernetHeader - 2) != kTypeIpv4)
        return bad("no IPv4");
    const BytesView ip = frame.subspan(kEthernetHeader);
    const std::size_t header = (ip[0] & 0x0fU) * std::size_t{4};
    const std::size_t total = get16(ip, 2);
    if (ip[0] >> 4U != 4 || header < kIpHeader)
        return bad("no header of IPv4");
    if (total < header || total > ip.size())
        return bad(fmt::format("{} bytes of {}", ip.size(), total));
    if (fold(sum_words(ip.first(header), 0)) != 0)
        return bad("header checksum");
    return ip.first(total);
}

}  // namespace

Bytes make_broadcast_frame(const Mac& from, const UdpEnds& ends, BytesView payload) {
    assert(payload.size() <= kUdpPayloadLimit);
    const auto udp_size = static_cast<std::uint32_t>(kUdpHeader + payload.size());
    Bytes frame;
    put_bytes(frame, kBroadcastMac);
    put_bytes(frame, from);
    put16(frame, kTypeIpv4);
    put16(frame, 0x4500);  // version 4, five words of header
    put16(frame, static_cast<std::uint32_t>(kIpHeader) + udp_size);
    put16(frame, 0);
    put16(frame, kDoNotFragment);
    put16(frame, 64U << 8U | IPPROTO_UDP);  // at most 64 routers
    put16(frame, 0);                        // checksum, see below
    put32(frame, ends.source.bits);
    put32(frame, ends.destination.bits);
    put16(frame, ends.source_port);
    put16(frame, ends.destination_port);
    put16(frame, udp_size);
    put16(frame, 0);  // checksum, see below
    put_bytes(frame, payload);

    const BytesView ip = BytesView(frame).subspan(kEthernetHeader);
    const std::uint16_t udp_sum =
        udp_checksum(ends.source, ends.destination, ip.subspan(kIpHeader));
    const std::uint16_t ip_sum = fold(sum_words(ip.first(kIpHeader), 0));
    set16(frame, kEthernetHeader + 10, ip_sum);
    // 0 would say that there is no checksum.
    set16(frame, kEthernetHeader + kIpHeader + 6, udp_sum == 0 ? 0xffff : udp_sum);
    return frame;
}

Result<UdpDatagram> parse_udp_frame(BytesView frame, UdpChecksum checksum) {
    const BytesView ip = DOLMEN_TRY(ip_packet(frame));
    if (ip[9] != IPPROTO_UDP)
        return bad("no UDP");
    if ((get16(ip, 6) & kMoreFragmentsOrOffset) != 0)
        return bad("a fragment");
    const BytesView rest = ip.subspan((ip[0] & 0x0fU) * std::size_t{4});
    if (rest.size() < kUdpHeader)
        return bad("no room for its header");
    const std::size_t size = get16(rest, 4);
    if (size < kUdpHeader || size > rest.size())
        return bad(fmt::format("{} bytes of {}", rest.size(), size));
    const BytesView udp = rest.first(size);
    const UdpEnds ends{Ipv4{get32(ip, 12)}, get16(udp, 0), Ipv4{get32(ip, 16)}, get16(udp, 2)};
    const bool has_checksum = checksum == UdpChecksum::kPresent && get16(udp, 6) != 0;
    if (has_checksum && udp_checksum(ends.source, ends.destination, udp) != 0)
        return bad("checksum");
    return UdpDatagram{ends, udp.subspan(kUdpHeader)};
}

}  // namespace dolmen::net
