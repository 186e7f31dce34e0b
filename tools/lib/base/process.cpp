// SPDX-License-Identifier: GPL-2.0-only
#include "base/process.hpp"

#include "base/clock.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace dolmen {
namespace {

constexpr std::size_t kOutputLimit = 1U << 20U;

std::vector<char*> to_pointers(const std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (const std::string& text : texts)
        pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

// The parent's environment with `changes` put over it.
std::vector<std::string> merge_environment(const std::vector<std::string>& changes) {
    std::vector<std::string> merged = changes;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text = *entry;
        const std::string name = text.substr(0, text.find('=') + 1);
        bool changed = false;
        for (const std::string& change : changes)
            changed = changed || change.starts_with(name);
        if (!changed)
            merged.push_back(text);
    }
    return merged;
}

bool place(int from, int to) {
    if (from < 0)
        return true;
    // dup2 of a number onto itself would leave it close-on-exec.
    if (from == to)
        return ::fcntl(to, F_SETFD, 0) == 0;
    return ::dup2(from, to) >= 0;
}

// In the child: only calls that are safe after fork.
[[noreturn]] void become(char* const* argv, char* const* environment, const SpawnOptions& options,
                         int report) {
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    bool ok =
        options.parent_death_signal == 0 ||
        ::prctl(PR_SET_PDEATHSIG, static_cast<unsigned long>(options.parent_death_signal)) == 0;
    ok = ok && (!options.new_session || ::setsid() >= 0);
    ok = ok && (options.directory.empty() || ::chdir(options.directory.c_str()) == 0);
    ok = ok && place(options.input, 0) && place(options.output, 1) && place(options.error, 2);
    if (ok)
        ::execvpe(argv[0], argv, environment);
    const int number = errno;
    [[maybe_unused]] const ssize_t done = ::write(report, &number, sizeof(number));
    ::_exit(127);
}

Result<ExitStatus> reap(int pidfd) {
    siginfo_t info{};
    while (::waitid(P_PIDFD, static_cast<id_t>(pidfd), &info, WEXITED) < 0)
        if (errno != EINTR)
            return fail_errno("wait for a process");
    if (info.si_code == CLD_EXITED)
        return ExitStatus{info.si_status, 0};
    return ExitStatus{0, info.si_status};
}

}  // namespace

std::string ExitStatus::to_string() const {
    if (signal != 0)
        return fmt::format("ended by signal {} ({})", signal, ::strsignal(signal));
    return fmt::format("exit status {}", code);
}

Result<Process> Process::spawn(const std::vector<std::string>& argv, const SpawnOptions& options) {
    if (argv.empty())
        return fail_errno("start a program without a name", EINVAL);
    const auto merged = merge_environment(options.environment);
    const auto arguments = to_pointers(argv);
    const auto environment = to_pointers(merged);
    Pipe report = DOLMEN_TRY(make_pipe());
    const pid_t pid = ::fork();
    if (pid < 0)
        return fail_errno("fork for " + argv[0]);
    if (pid == 0)
        become(arguments.data(), environment.data(), options, report.write.get());
    report.write.reset();
    Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    const int pidfd_error = errno;
    // End of file here is the success: exec has closed the child's end.
    int number = 0;
    ssize_t done = 0;
    do
        done = ::read(report.read.get(), &number, sizeof(number));
    while (done < 0 && errno == EINTR);
    if (done > 0) {
        ::waitpid(pid, nullptr, 0);
        return fail_errno("start " + argv[0], number);
    }
    if (!pidfd) {
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
        return fail_errno("open a pidfd", pidfd_error);
    }
    return Process(pid, std::move(pidfd));
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), pidfd_(std::move(other.pidfd_)) {}

Process& Process::operator=(Process&& other) noexcept {
    if (this != &other) {
        end();
        pid_ = std::exchange(other.pid_, -1);
        pidfd_ = std::move(other.pidfd_);
    }
    return *this;
}

Process::~Process() {
    end();
}

void Process::end() {
    if (pid_ < 0)
        return;
    if (kill(SIGKILL))
        static_cast<void>(wait());
    detach();
}

void Process::detach() {
    pid_ = -1;
    pidfd_.reset();
}

Result<> Process::kill(int signal) {
    if (pid_ < 0)
        return fail_errno("signal a process", ESRCH);
    if (::syscall(SYS_pidfd_send_signal, pidfd_.get(), signal, nullptr, 0) < 0)
        return fail_errno(fmt::format("signal process {}", pid_));
    return {};
}

Result<ExitStatus> Process::wait() {
    if (pid_ < 0)
        return fail_errno("wait for a process", ECHILD);
    const ExitStatus status = DOLMEN_TRY(reap(pidfd_.get()));
    detach();
    return status;
}

Result<std::optional<ExitStatus>> Process::wait_for(std::chrono::milliseconds limit) {
    if (pid_ < 0)
        return fail_errno("wait for a process", ECHILD);
    const bool ended =
        DOLMEN_TRY(dolmen::wait_for(pidfd_.get(), POLLIN, static_cast<int>(limit.count())));
    if (!ended)
        return std::optional<ExitStatus>{};
    return std::optional<ExitStatus>{DOLMEN_TRY(wait())};
}

Result<CommandOutput> run_command(const std::vector<std::string>& argv,
                                  std::chrono::milliseconds limit) {
    const auto deadline = Deadline::after(limit);
    const Fd null = DOLMEN_TRY(open_file("/dev/null", O_RDONLY));
    Pipe pipe = DOLMEN_TRY(make_pipe());
    SpawnOptions options;
    options.input = null.get();
    options.output = pipe.write.get();
    options.error = pipe.write.get();
    Process process = DOLMEN_TRY(Process::spawn(argv, options));
    pipe.write.reset();
    CommandOutput result;
    char buffer[4096];
    for (;;) {
        const bool ready =
            DOLMEN_TRY(wait_for(pipe.read.get(), POLLIN, deadline.milliseconds_left()));
        if (!ready)
            return fail_errno("run " + argv[0], ETIMEDOUT);
        const ssize_t done = ::read(pipe.read.get(), buffer, sizeof(buffer));
        if (done == 0)
            break;
        if (done < 0 && errno != EINTR)
            return fail_errno("read what " + argv[0] + " says");
        if (done > 0 && result.output.size() < kOutputLimit)
            result.output.append(buffer, static_cast<std::size_t>(done));
    }
    const auto left = std::chrono::milliseconds(deadline.milliseconds_left());
    const auto status = DOLMEN_TRY(process.wait_for(left));
    if (!status)
        return fail_errno("run " + argv[0], ETIMEDOUT);
    result.status = *status;
    return result;
}

}  // namespace dolmen
