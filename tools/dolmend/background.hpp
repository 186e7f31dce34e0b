// SPDX-License-Identifier: GPL-2.0-only
// Background: work that may block for a while (a handshake of two kernels), off
// the loop. The result comes back on the loop.
#pragma once

#include "base/loop.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace dolmen::daemon {

class Background {
  public:
    using Work = std::function<Result<>()>;
    using Done = std::function<void(Result<>)>;

    static Result<std::unique_ptr<Background>> create(Loop& loop);
    // Waits for what is under way; its results are dropped.
    ~Background();
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    // `work` runs in a thread of its own and must touch nothing of the caller's;
    // `done` runs on the loop.
    void run(Work work, Done done);

  private:
    struct Job {
        std::thread thread;
        Done done;
    };
    struct Finished {
        std::uint64_t job;
        Result<> result;
    };

    Background(Loop& loop, Fd wake) : loop_(loop), wake_(std::move(wake)) {}
    void collect();

    Loop& loop_;
    Fd wake_;  // eventfd: something is in finished_
    Loop::Id watch_ = 0;
    std::map<std::uint64_t, Job> jobs_;
    std::uint64_t next_job_ = 1;
    std::mutex mutex_;
    std::vector<Finished> finished_;  // protected by mutex_
};

}  // namespace dolmen::daemon
