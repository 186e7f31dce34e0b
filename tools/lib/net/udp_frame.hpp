// SPDX-License-Identifier: GPL-2.0-only
// UDP in IPv4 in Ethernet, for a machine that has no address yet and must make
// its frames itself. Pure. What is parsed may come from anybody.
#pragma once

#include "base/ipv4.hpp"
#include "net/bytes.hpp"
#include "net/mac.hpp"

#include <cstddef>
#include <cstdint>

namespace dolmen::net {

constexpr std::size_t kEthernetHeader = 14;
constexpr std::size_t kUdpPayloadLimit = 1500 - 20 - 8;

struct UdpEnds {
    Ipv4 source;
    std::uint16_t source_port = 0;
    Ipv4 destination;
    std::uint16_t destination_port = 0;
};

struct UdpDatagram {
    UdpEnds ends;
    BytesView payload;  // into the frame
};

// A sender on this machine, or on another virtual one of the same host, leaves
// the UDP checksum to hardware that no frame ever passes: then there is none.
enum class UdpChecksum { kPresent, kNotFilledIn };

// To all machines of the network. `payload`: at most kUdpPayloadLimit bytes.
Bytes make_broadcast_frame(const Mac& from, const UdpEnds& ends, BytesView payload);

// EBADMSG: no whole, unfragmented UDP datagram with good checksums.
Result<UdpDatagram> parse_udp_frame(BytesView frame, UdpChecksum checksum);

}  // namespace dolmen::net
