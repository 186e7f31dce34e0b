// SPDX-License-Identifier: GPL-2.0-only
// The DHCP messages of a machine that wants to know who serves a network: its
// DISCOVER, as the firmware of a PC that boots from the network sends it, and
// the answers (RFC 2131, 2132, 3396, 4578). Pure. Answers may come from anybody.
#pragma once

#include "base/ipv4.hpp"
#include "net/bytes.hpp"
#include "net/mac.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace dolmen::net {

constexpr std::uint16_t kDhcpServerPort = 67;
constexpr std::uint16_t kDhcpClientPort = 68;

// What PXE clients and the servers that are there for them begin option 60 with.
inline constexpr const char* kPxeClient = "PXEClient";

struct DhcpDiscover {
    std::uint32_t transaction = 0;           // xid: answers repeat it
    std::uint16_t seconds = 0;               // since the first DISCOVER
    Mac mac{};                               // of the card it is sent from
    std::array<std::uint8_t, 16> machine{};  // UUID; servers may know the machine by it
};

// The UDP payload. It asks for answers by broadcast, as a BIOS PC.
Bytes encode_discover(const DhcpDiscover& discover);

struct DhcpReply {
    enum class Kind {
        kOffer,
        kAck,
        kBootp,  // of a server from before DHCP: it has no message type
    };
    Kind kind = Kind::kOffer;
    std::uint32_t transaction = 0;
    Ipv4 your_address;                // not set: none is offered (a proxy for PXE clients)
    Ipv4 next_server;                 // siaddr: where boot files are, if there are any
    Ipv4 server;                      // option 54
    Ipv4 router;                      // option 3, the first one
    unsigned prefix = 0;              // of option 1; 0: not told
    std::string boot_file;            // option 67, else the fixed field; empty: none
    std::string vendor;               // option 60
    bool has_vendor_options = false;  // option 43
};

// Texts in it are of printable ASCII, others replaced by '?'.
// EBADMSG, saying what is wrong: no offer, no acknowledgement, or not well formed.
Result<DhcpReply> decode_reply(BytesView payload);

// Of a packet that has at least the fixed part of an answer, whatever comes
// behind that.
std::optional<std::uint32_t> reply_transaction(BytesView payload);

}  // namespace dolmen::net
