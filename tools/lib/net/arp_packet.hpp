// SPDX-License-Identifier: GPL-2.0-only
// The packets that ask who has an IPv4 address (RFC 826, RFC 5227). Pure.
#pragma once

#include "base/ipv4.hpp"
#include "net/bytes.hpp"
#include "net/mac.hpp"

#include <cstdint>

namespace dolmen::net {

struct ArpMessage {
    std::uint16_t operation = 0;  // 1: request, 2: reply
    Mac sender_mac{};
    Ipv4 sender;  // not set: the sender only looks whether `target` is free
    Mac target_mac{};
    Ipv4 target;
};

// An Ethernet frame to all: is somebody using `wanted`? It tells nobody an
// address, so no table of another machine changes by it.
Bytes make_arp_probe(const Mac& from, Ipv4 wanted);

// EBADMSG: no whole request or reply for IPv4 on Ethernet.
Result<ArpMessage> parse_arp_frame(BytesView frame);

// Does the message show that another machine than `own` has `wanted`, or is
// about to take it?
bool shows_taken(const ArpMessage& message, Ipv4 wanted, const Mac& own);

}  // namespace dolmen::net
