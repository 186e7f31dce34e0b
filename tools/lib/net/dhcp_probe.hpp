// SPDX-License-Identifier: GPL-2.0-only
// DhcpProbe: asks on several cards at once which servers hand out addresses or
// boot machines there. It only asks: no address is taken, and whoever serves a
// network is not disturbed by it. Needs CAP_NET_RAW.
#pragma once

#include "base/loop.hpp"
#include "net/dhcp_answer.hpp"
#include "net/packet_socket.hpp"

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dolmen::net {

struct NicAnswers {
    std::string interface;
    std::vector<DhcpAnswer> answers;
    // Why the card could not be asked to the end; then silence means nothing.
    std::string problem;
};

class DhcpProbe {
  public:
    struct Settings {
        std::array<std::uint8_t, 16> machine{};  // the machine's UUID
        // When a DISCOVER is sent, from the start on; rising, at least one.
        std::vector<std::chrono::milliseconds> discovers{
            std::chrono::seconds{0}, std::chrono::seconds{1}, std::chrono::seconds{2}};
        // It ends after `least` if each card has been offered an address, and
        // after `most` anyway. Many servers offer an address only after they have
        // seen that nobody uses it: dnsmasq, which is in most home routers, does
        // so 3.0 s after the first DISCOVER.
        std::chrono::milliseconds least{3000};
        std::chrono::milliseconds most{5000};
    };
    // One entry per card, in their order. It may destroy the probe.
    using OnDone = std::function<void(std::vector<NicAnswers>)>;

    // The cards must be switched on and have a link; whether they had it until
    // the end is for the caller to look at. `done` is called on the loop, once,
    // and not from here. A card that can not be used is an entry with a problem.
    static Result<std::unique_ptr<DhcpProbe>> start(Loop& loop, const std::vector<Nic>& nics,
                                                    Settings settings, OnDone done);
    // Ends it early; `done` is not called then.
    ~DhcpProbe();
    DhcpProbe(const DhcpProbe&) = delete;
    DhcpProbe& operator=(const DhcpProbe&) = delete;

  private:
    struct Card {
        Nic nic;
        std::uint32_t transaction = 0;
        std::optional<PacketSocket> socket;  // empty: given up
        Loop::Id watch = 0;
        NicAnswers found;
    };

    DhcpProbe(Loop& loop, Settings settings, OnDone done)
        : loop_(loop), settings_(std::move(settings)), done_(std::move(done)) {}
    Result<> open(std::size_t index);
    void set_timer(std::chrono::milliseconds span, Loop::OnTime callback);
    void ask_next();
    void discover(std::chrono::milliseconds since_start);
    void receive(Card& card);
    void take(Card& card, const ReceivedFrame& frame);
    void give_up(Card& card, const Error& why);
    void finish_if_complete();
    void finish();
    void stop();

    Loop& loop_;
    Settings settings_;
    OnDone done_;
    std::vector<Card> cards_;
    std::vector<Loop::Id> timers_;
    std::size_t next_ = 0;  // into settings_.discovers
    bool least_is_over_ = false;
};

}  // namespace dolmen::net
