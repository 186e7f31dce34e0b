// SPDX-License-Identifier: GPL-2.0-only
// PacketSocket: whole Ethernet frames of one card, sent and received past the
// kernel's own network layers: the card needs a link, but no address. Needs
// CAP_NET_RAW.
#pragma once

#include "base/fd.hpp"
#include "net/links.hpp"
#include "net/mac.hpp"
#include "net/udp_frame.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace dolmen::net {

// An Ethernet card as the probes want it.
struct Nic {
    int index = 0;
    std::string name;
    Mac mac{};
};

// EINVAL: it is no Ethernet card.
Result<Nic> to_nic(const NetworkLink& link);

struct ReceivedFrame {
    BytesView bytes;  // until the next receive()
    UdpChecksum checksum = UdpChecksum::kPresent;
};

class PacketSocket {
  public:
    // Receives IPv4 frames with UDP for `port`; no others wake it.
    static Result<PacketSocket> open_udp(const Nic& nic, std::uint16_t port);

    // Non-blocking, for Loop.
    int fd() const { return fd_.get(); }
    Result<> send(BytesView frame);
    // nullopt: nothing more is there. A frame of a VLAN and one that is too long
    // come as an empty one. ENETDOWN: the card was switched off or taken away.
    Result<std::optional<ReceivedFrame>> receive();

  private:
    PacketSocket(Fd fd, std::string name)
        : fd_(std::move(fd)), name_(std::move(name)), buffer_(kBuffer) {}
    static constexpr std::size_t kBuffer = 2048;

    Fd fd_;
    std::string name_;
    Bytes buffer_;
};

}  // namespace dolmen::net
