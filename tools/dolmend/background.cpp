// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/background.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace dolmen::daemon {

Result<std::unique_ptr<Background>> Background::create(Loop& loop) {
    Fd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake)
        return fail_errno("make an event descriptor");
    std::unique_ptr<Background> background(new Background(loop, std::move(wake)));
    background->watch_ =
        DOLMEN_TRY(loop.watch(background->wake_.get(), EPOLLIN,
                              [self = background.get()](std::uint32_t) { self->collect(); }));
    return background;
}

Background::~Background() {
    loop_.remove(watch_);
    for (auto& [id, job] : jobs_)
        job.thread.join();
}

void Background::run(Work work, Done done) {
    const std::uint64_t id = next_job_++;
    auto body = [this, id, work = std::move(work)] {
        Result<> result = work();
        const std::lock_guard lock(mutex_);
        finished_.push_back({id, std::move(result)});
        const std::uint64_t one = 1;
        // Cannot fail: the counter is far from its limit.
        [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof(one));
    };
    jobs_.emplace(id, Job{std::thread(std::move(body)), std::move(done)});
}

void Background::collect() {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(wake_.get(), &count, sizeof(count));
    std::vector<Finished> finished;
    {
        const std::lock_guard lock(mutex_);
        finished.swap(finished_);
    }
    for (Finished& entry : finished) {
        auto job = jobs_.extract(entry.job);
        job.mapped().thread.join();
        job.mapped().done(std::move(entry.result));
    }
}

}  // namespace dolmen::daemon
