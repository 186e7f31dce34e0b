// SPDX-License-Identifier: GPL-2.0-only
#include "net/arp_probe.hpp"

#include <sys/epoll.h>
#include <algorithm>
#include <cassert>

namespace dolmen::net {
namespace {

// Taken in one go: a flood must not keep the loop from its timers.
constexpr int kMostFrames = 64;

}  // namespace

Result<std::unique_ptr<ArpProbe>> ArpProbe::start(Loop& loop, const Nic& nic,
                                                  std::vector<Ipv4> addresses, Timing timing,
                                                  OnDone done) {
    PacketSocket socket = DOLMEN_TRY(PacketSocket::open_arp(nic));
    assert(!timing.probes.empty());
    std::unique_ptr<ArpProbe> probe(
        new ArpProbe(loop, nic, std::move(socket), std::move(timing), std::move(done)));
    probe->open_ = std::move(addresses);
    DOLMEN_TRY(probe->watch());
    return probe;
}

ArpProbe::~ArpProbe() {
    stop();
}

Result<> ArpProbe::watch() {
    watch_ = DOLMEN_TRY(loop_.watch(socket_.fd(), EPOLLIN, [this](std::uint32_t) { receive(); }));
    set_timer(timing_.probes.front(), [this] { ask_next(); });
    return {};
}

void ArpProbe::set_timer(std::chrono::milliseconds span, Loop::OnTime callback) {
    timers_.push_back(loop_.after(span, std::move(callback)));
}

// Each step counts from when the one before was really done, as in DhcpProbe.
void ArpProbe::ask_next() {
    const auto now = timing_.probes.at(next_++);
    if (next_ < timing_.probes.size())
        set_timer(timing_.probes.at(next_) - now, [this] { ask_next(); });
    else
        set_timer(timing_.listen - now, [this] { finish({}); });
    for (const Ipv4 address : open_) {
        auto sent = socket_.send(make_arp_probe(nic_.mac, address));
        if (!sent)
            return finish(std::move(sent));
    }
}

void ArpProbe::receive() {
    for (int count = 0; count < kMostFrames; ++count) {
        auto frame = socket_.receive();
        if (!frame)
            return finish(fail(std::move(frame.error())));
        if (!*frame)
            return;
        take(**frame);
        if (open_.empty())
            return finish({});
    }
}

void ArpProbe::take(const ReceivedFrame& frame) {
    const auto message = parse_arp_frame(frame.bytes);
    if (!message)
        return;
    const auto taken = std::find_if(open_.begin(), open_.end(), [&](Ipv4 address) {
        return shows_taken(*message, address, nic_.mac);
    });
    if (taken == open_.end())
        return;
    taken_.push_back({*taken, message->sender_mac});
    open_.erase(taken);
}

// May destroy this: the last that a callback of the loop does.
void ArpProbe::finish(Result<> outcome) {
    stop();
    auto taken = std::move(taken_);
    const OnDone done = std::move(done_);
    if (outcome)
        done(std::move(taken));
    else
        done(fail(std::move(outcome.error())));
}

void ArpProbe::stop() {
    loop_.remove(watch_);
    for (const Loop::Id timer : timers_)
        loop_.remove(timer);
    timers_.clear();
}

}  // namespace dolmen::net
