// SPDX-License-Identifier: GPL-2.0-only
#include "noded/container.hpp"

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/scope_exit.hpp"
#include "noded/reaper.hpp"

#include <fmt/core.h>
#include <poll.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdlib>
#include <sstream>

namespace dolmen::node {
namespace {

constexpr unsigned long kNamespaces =
    CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET;

// In the middle process, which alone gets a new time namespace for its children:
// its offsets can be set only while it has none. Returns in the reaper too.
Result<pid_t> clone_reaper(const std::string& time_offsets) {
    // The last to be killed when memory runs out: every guest would die with it.
    DOLMEN_TRY(write_control("/proc/self/oom_score_adj", "-1000"));
    if (!time_offsets.empty()) {
        if (::unshare(CLONE_NEWTIME) < 0)
            return fail_errno("make a time namespace");
        DOLMEN_TRY(write_control("/proc/self/timens_offsets", time_offsets));
    }
    // CLONE_PARENT: the reaper is a child of noded, which the middle leaves alone.
    const long pid = ::syscall(SYS_clone, kNamespaces | CLONE_PARENT | SIGCHLD, nullptr, nullptr,
                               nullptr, nullptr);
    if (pid < 0)
        return fail_errno("make the guests' namespaces");
    return static_cast<pid_t>(pid);
}

[[noreturn]] void run_middle(const ContainerPlan& plan, kapi::Kernel& kernel, int report) {
    const auto pid = clone_reaper(plan.time_offsets);
    if (pid && *pid == 0)
        run_reaper(plan, kernel, report);
    const std::string line =
        pid ? fmt::format("pid {}\n", *pid) : "error " + pid.error().to_string() + "\n";
    ::_exit(write_all(report, line) && pid ? 0 : 1);
}

// What middle and reaper say, until both have closed the pipe.
Result<std::string> read_report(int fd, std::chrono::milliseconds limit) {
    const auto deadline = Deadline::after(limit);
    std::string text;
    char buffer[1024];
    for (;;) {
        if (!DOLMEN_TRY(wait_for(fd, POLLIN, deadline.milliseconds_left())))
            return fail_errno("wait for the guest container", ETIMEDOUT);
        const ssize_t done = ::read(fd, buffer, sizeof(buffer));
        if (done == 0)
            return text;
        if (done < 0 && errno != EINTR)
            return fail_errno("read from the guest container");
        if (done > 0)
            text.append(buffer, static_cast<std::size_t>(done));
    }
}

struct Report {
    pid_t reaper = -1;
    bool ready = false;
    std::string error;
};

Report parse_report(const std::string& text) {
    Report report;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const std::string word = line.substr(0, line.find(' '));
        const std::string rest = line.size() > word.size() ? line.substr(word.size() + 1) : "";
        if (word == "pid")
            report.reaper = std::atoi(rest.c_str());
        if (word == "ready")
            report.ready = true;
        if (word == "warning")
            log::warning("{}", rest);
        if (word == "error")
            report.error = rest;
    }
    return report;
}

void kill_and_reap(pid_t pid) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
}

}  // namespace

Result<Container> Container::create(const ContainerPlan& plan, kapi::Kernel& kernel,
                                    std::chrono::milliseconds limit) {
    Pipe pipe = DOLMEN_TRY(make_pipe());
    const pid_t middle = ::fork();
    if (middle < 0)
        return fail_errno("fork for the guest container");
    if (middle == 0) {
        // So that a write fails once noded is gone.
        pipe.read.reset();
        run_middle(plan, kernel, pipe.write.get());
    }
    pipe.write.reset();
    const auto text = read_report(pipe.read.get(), limit);
    // The middle has ended, or hangs with its reaper; kill is harmless then.
    kill_and_reap(middle);
    const Report report = parse_report(text.value_or(""));
    if (text && report.ready && report.reaper > 0) {
        Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, report.reaper, 0)));
        if (pidfd)
            return Container(std::move(pidfd));
    }
    // Any child that is left is the reaper, also one whose pid was never told.
    if (report.reaper > 0)
        kill_and_reap(report.reaper);
    if (!text)
        return fail(Error(text.error()));
    return fail_text("guest container: " +
                     (report.error.empty() ? "its reaper died" : report.error));
}

void Container::kill() {
    ::syscall(SYS_pidfd_send_signal, reaper_.get(), SIGKILL, nullptr, 0);
}

Container::~Container() {
    if (!reaper_)
        return;
    kill();
    siginfo_t info{};
    while (::waitid(P_PIDFD, static_cast<id_t>(reaper_.get()), &info, WEXITED) < 0 &&
           errno == EINTR) {
    }
}

}  // namespace dolmen::node
