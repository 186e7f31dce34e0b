// SPDX-License-Identifier: GPL-2.0-only
#include "base/loop.hpp"

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <csignal>

namespace dolmen {

Result<Loop> Loop::create() {
    Fd epoll(::epoll_create1(EPOLL_CLOEXEC));
    if (!epoll)
        return fail_errno("make an epoll descriptor");
    return Loop(std::move(epoll));
}

Result<Loop::Id> Loop::watch(int fd, std::uint32_t events, OnEvents callback) {
    const Id id = next_id_++;
    epoll_event event{};
    event.events = events;
    event.data.u64 = id;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) < 0)
        return fail_errno("watch a descriptor");
    watches_.emplace(id, Watch{fd, std::make_shared<OnEvents>(std::move(callback))});
    return id;
}

Result<> Loop::change(Id id, std::uint32_t events) {
    const auto found = watches_.find(id);
    if (found == watches_.end())
        return fail_errno("change a watch", ENOENT);
    epoll_event event{};
    event.events = events;
    event.data.u64 = id;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, found->second.fd, &event) < 0)
        return fail_errno("change a watch");
    return {};
}

Loop::Id Loop::after(std::chrono::milliseconds span, OnTime callback) {
    const Id id = next_id_++;
    timers_.emplace(
        id, Timer{SteadyClock::now() + span, {}, std::make_shared<OnTime>(std::move(callback))});
    return id;
}

Loop::Id Loop::every(std::chrono::milliseconds period, OnTime callback) {
    const Id id = next_id_++;
    timers_.emplace(id, Timer{SteadyClock::now() + period, period,
                              std::make_shared<OnTime>(std::move(callback))});
    return id;
}

Result<> Loop::watch_signals(const std::vector<int>& signals, OnSignal callback) {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : signals)
        sigaddset(&set, signal);
    if (::sigprocmask(SIG_BLOCK, &set, nullptr) < 0)
        return fail_errno("block signals");
    signal_fd_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!signal_fd_)
        return fail_errno("make a signal descriptor");
    DOLMEN_TRY(
        watch(signal_fd_.get(), EPOLLIN, [this, callback = std::move(callback)](std::uint32_t) {
            signalfd_siginfo info{};
            if (::read(signal_fd_.get(), &info, sizeof(info)) == ssize_t{sizeof(info)})
                callback(static_cast<int>(info.ssi_signo));
        }));
    return {};
}

void Loop::remove(Id id) {
    timers_.erase(id);
    const auto found = watches_.find(id);
    if (found == watches_.end())
        return;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, found->second.fd, nullptr);
    watches_.erase(found);
}

int Loop::milliseconds_to_next_timer(std::chrono::milliseconds limit) const {
    auto wait = limit;
    for (const auto& [id, timer] : timers_)
        wait = std::min(
            wait, std::chrono::ceil<std::chrono::milliseconds>(timer.due - SteadyClock::now()));
    return static_cast<int>(std::max<std::int64_t>(wait.count(), 0));
}

void Loop::run_timers() {
    const auto now = SteadyClock::now();
    std::vector<Id> due;
    for (const auto& [id, timer] : timers_)
        if (timer.due <= now)
            due.push_back(id);
    for (const Id id : due) {
        const auto found = timers_.find(id);
        if (found == timers_.end())
            continue;  // removed by one that ran before it
        const auto callback = found->second.callback;
        if (found->second.period.count() == 0)
            timers_.erase(found);
        else
            found->second.due = now + found->second.period;
        (*callback)();
    }
}

Result<> Loop::run_once(std::chrono::milliseconds limit) {
    std::array<epoll_event, 32> events{};
    const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                   milliseconds_to_next_timer(limit));
    if (count < 0 && errno != EINTR)
        return fail_errno("wait for events");
    for (int index = 0; index < count; ++index) {
        const epoll_event& event = events.at(static_cast<std::size_t>(index));
        const auto found = watches_.find(event.data.u64);
        if (found == watches_.end())
            continue;  // removed by one that ran before it
        const auto callback = found->second.callback;
        (*callback)(event.events);
    }
    run_timers();
    return {};
}

Result<> Loop::run() {
    constexpr std::chrono::hours kLong{1};
    stopped_ = false;
    while (!stopped_)
        DOLMEN_TRY(run_once(kLong));
    return {};
}

}  // namespace dolmen
