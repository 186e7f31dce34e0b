// SPDX-License-Identifier: GPL-2.0-only
#include "net/dhcp_probe.hpp"

#include "net/dhcp_packet.hpp"

#include <sys/epoll.h>
#include <sys/random.h>
#include <algorithm>
#include <cassert>

namespace dolmen::net {
namespace {

// Taken in one go: a flood must not keep the loop from its timers.
constexpr int kMostFrames = 64;

constexpr UdpEnds kFromNobodyToServers{Ipv4{0}, kDhcpClientPort, Ipv4{0xffffffffU},
                                       kDhcpServerPort};

Result<std::uint32_t> random_number() {
    std::uint32_t number = 0;
    if (::getrandom(&number, sizeof(number), 0) != ssize_t{sizeof(number)})
        return fail_errno("get a random number");
    return number;
}

bool has_offered_address(const NicAnswers& found) {
    return std::any_of(found.answers.begin(), found.answers.end(),
                       [](const DhcpAnswer& answer) { return answer.offers_address(); });
}

}  // namespace

Result<std::unique_ptr<DhcpProbe>> DhcpProbe::start(Loop& loop, const std::vector<Nic>& nics,
                                                    Settings settings, OnDone done) {
    assert(!settings.discovers.empty());
    std::unique_ptr<DhcpProbe> probe(new DhcpProbe(loop, std::move(settings), std::move(done)));
    for (const Nic& nic : nics) {
        Card card;
        card.nic = nic;
        card.found.interface = nic.name;
        // Of its own: two cards may be in one network, and hear each other's answers.
        card.transaction = DOLMEN_TRY(random_number());
        probe->cards_.push_back(std::move(card));
    }
    for (std::size_t index = 0; index < probe->cards_.size(); ++index) {
        const auto opened = probe->open(index);
        if (!opened)
            probe->give_up(probe->cards_.at(index), opened.error());
    }
    probe->set_timer(probe->settings_.discovers.front(),
                     [self = probe.get()] { self->ask_next(); });
    return probe;
}

DhcpProbe::~DhcpProbe() {
    stop();
}

Result<> DhcpProbe::open(std::size_t index) {
    Card& card = cards_.at(index);
    card.socket = DOLMEN_TRY(PacketSocket::open_udp(card.nic, kDhcpClientPort));
    card.watch = DOLMEN_TRY(loop_.watch(
        card.socket->fd(), EPOLLIN, [this, index](std::uint32_t) { receive(cards_.at(index)); }));
    return {};
}

void DhcpProbe::set_timer(std::chrono::milliseconds span, Loop::OnTime callback) {
    timers_.push_back(loop_.after(span, std::move(callback)));
}

// Each step counts from when the one before was really done: on a machine that
// is busy starting, all timers can be due at once, and nobody would be listening.
void DhcpProbe::ask_next() {
    const auto now = settings_.discovers.at(next_++);
    if (next_ < settings_.discovers.size()) {
        set_timer(settings_.discovers.at(next_) - now, [this] { ask_next(); });
    } else {
        set_timer(settings_.least - now, [this] {
            least_is_over_ = true;
            finish_if_complete();
        });
        set_timer(settings_.most - now, [this] { finish(); });
    }
    discover(now);
}

void DhcpProbe::discover(std::chrono::milliseconds since_start) {
    DhcpDiscover message;
    message.seconds = static_cast<std::uint16_t>(since_start / std::chrono::seconds{1});
    message.machine = settings_.machine;
    for (Card& card : cards_) {
        if (!card.socket)
            continue;
        message.transaction = card.transaction;
        message.mac = card.nic.mac;
        const auto sent = card.socket->send(
            make_broadcast_frame(card.nic.mac, kFromNobodyToServers, encode_discover(message)));
        if (!sent)
            give_up(card, sent.error());
    }
    finish_if_complete();
}

void DhcpProbe::receive(Card& card) {
    for (int count = 0; count < kMostFrames; ++count) {
        const auto frame = card.socket->receive();
        if (!frame) {
            give_up(card, frame.error());
            break;
        }
        if (!*frame)
            break;
        take(card, **frame);
    }
    finish_if_complete();
}

void DhcpProbe::take(Card& card, const ReceivedFrame& frame) {
    const auto datagram = parse_udp_frame(frame.bytes, frame.checksum);
    if (!datagram || reply_transaction(datagram->payload) != card.transaction)
        return;
    add_answer(card.found.answers, to_answer(datagram->ends.source, datagram->payload));
}

void DhcpProbe::give_up(Card& card, const Error& why) {
    loop_.remove(card.watch);
    card.socket.reset();
    card.found.problem = why.to_string();
}

void DhcpProbe::finish_if_complete() {
    const bool complete = std::all_of(cards_.begin(), cards_.end(), [this](const Card& card) {
        return !card.socket || (least_is_over_ && has_offered_address(card.found));
    });
    if (complete)
        finish();
}

// May destroy this: the last that a callback of the loop does.
void DhcpProbe::finish() {
    stop();
    std::vector<NicAnswers> found;
    for (Card& card : cards_)
        found.push_back(std::move(card.found));
    const OnDone done = std::move(done_);
    done(std::move(found));
}

void DhcpProbe::stop() {
    for (const Loop::Id timer : timers_)
        loop_.remove(timer);
    timers_.clear();
    for (Card& card : cards_) {
        loop_.remove(card.watch);
        card.socket.reset();
    }
}

}  // namespace dolmen::net
