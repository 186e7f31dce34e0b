// SPDX-License-Identifier: GPL-2.0-only
// ArpProbe: asks on one card which of some IPv4 addresses others have there. The
// question is that of RFC 5227 and changes no table of another machine; the waits
// are shorter than there, because it is asked in a network of a few switches.
// Needs CAP_NET_RAW.
#pragma once

#include "base/loop.hpp"
#include "net/arp_packet.hpp"
#include "net/packet_socket.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace dolmen::net {

struct TakenAddress {
    Ipv4 address;
    Mac by{};
};

class ArpProbe {
  public:
    struct Timing {
        // When each address is asked for, from the start on; rising, at least one.
        std::vector<std::chrono::milliseconds> probes{std::chrono::milliseconds{0},
                                                      std::chrono::milliseconds{250},
                                                      std::chrono::milliseconds{500}};
        std::chrono::milliseconds listen{1000};
    };
    // What others have of the addresses, in the order they were found; it ends
    // early when that is all. The error: the card failed, nothing is known. It
    // may destroy the probe.
    using OnDone = std::function<void(Result<std::vector<TakenAddress>>)>;

    // The card must be switched on and have a link; it needs no address. `done`
    // is called on the loop, once, and not from here.
    static Result<std::unique_ptr<ArpProbe>> start(Loop& loop, const Nic& nic,
                                                   std::vector<Ipv4> addresses, Timing timing,
                                                   OnDone done);
    // Ends it early; `done` is not called then.
    ~ArpProbe();
    ArpProbe(const ArpProbe&) = delete;
    ArpProbe& operator=(const ArpProbe&) = delete;

  private:
    ArpProbe(Loop& loop, Nic nic, PacketSocket socket, Timing timing, OnDone done)
        : loop_(loop),
          nic_(std::move(nic)),
          socket_(std::move(socket)),
          timing_(std::move(timing)),
          done_(std::move(done)) {}
    Result<> watch();
    void set_timer(std::chrono::milliseconds span, Loop::OnTime callback);
    void ask_next();
    void receive();
    void take(const ReceivedFrame& frame);
    void finish(Result<> outcome);
    void stop();

    Loop& loop_;
    Nic nic_;
    PacketSocket socket_;
    Timing timing_;
    OnDone done_;
    std::vector<Ipv4> open_;  // nobody is known to have these
    std::vector<TakenAddress> taken_;
    Loop::Id watch_ = 0;
    std::vector<Loop::Id> timers_;
    std::size_t next_ = 0;  // into timing_.probes
};

}  // namespace dolmen::net
