// SPDX-License-Identifier: GPL-2.0-only
// Loop: epoll with callbacks for descriptors, timers and signals; one thread.
// A callback may add and remove any watch, its own too.
#pragma once

#include "base/clock.hpp"
#include "base/fd.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace dolmen {

class Loop {
  public:
    using Id = std::uint64_t;
    using OnEvents = std::function<void(std::uint32_t events)>;  // EPOLL bits
    using OnTime = std::function<void()>;
    using OnSignal = std::function<void(int signal)>;

    static Result<Loop> create();

    // The descriptor stays the caller's, who removes the watch before closing it.
    Result<Id> watch(int fd, std::uint32_t events, OnEvents callback);
    // Other EPOLL bits for the descriptor of an existing watch.
    Result<> change(Id id, std::uint32_t events);
    // Once after `span`.
    Id after(std::chrono::milliseconds span, OnTime callback);
    // First after `period`, then again and again; late runs are not caught up.
    Id every(std::chrono::milliseconds period, OnTime callback);
    // Blocks the signals for this thread and reports them here.
    Result<> watch_signals(const std::vector<int>& signals, OnSignal callback);
    // Unknown ids are ignored.
    void remove(Id id);

    // Until stop() is called.
    Result<> run();
    void stop() { stopped_ = true; }
    // One round: waits at most `limit`, runs what is due.
    Result<> run_once(std::chrono::milliseconds limit);

  private:
    struct Watch {
        int fd;
        std::shared_ptr<OnEvents> callback;
    };
    struct Timer {
        SteadyClock::time_point due;
        std::chrono::milliseconds period;  // 0: once
        std::shared_ptr<OnTime> callback;
    };

    explicit Loop(Fd epoll) : epoll_(std::move(epoll)) {}
    void run_timers();
    int milliseconds_to_next_timer(std::chrono::milliseconds limit) const;

    Fd epoll_;
    Fd signal_fd_;
    std::map<Id, Watch> watches_;
    std::map<Id, Timer> timers_;
    Id next_id_ = 1;
    bool stopped_ = false;
};

}  // namespace dolmen
