// SPDX-License-Identifier: GPL-2.0-only
#include "agent/launch.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <base/file.hpp>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace dolmen::qa {
namespace {

constexpr const char* kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// What the child reports through the pipe when it could not become the command.
struct Failure {
    int number = 0;                // errno of the exec
    std::array<char, 120> step{};  // or the step of the set-up that failed, in words
};

struct Streams {
    Fd input, output, error;  // the child's ends
};

std::vector<std::string> login_environment(const Request& request, const Account& account) {
    std::map<std::string, std::string> variables{
        {"PATH", kPath},           {"HOME", account.home},   {"USER", account.name},
        {"LOGNAME", account.name}, {"SHELL", account.shell}, {"LANG", "C.UTF-8"},
    };
    if (request.terminal) {
        variables["TERM"] = "linux";
    }
    for (const auto& [name, value] : request.environment) {
        variables[name] = value;
    }
    std::vector<std::string> environment;
    environment.reserve(variables.size());
    for (const auto& [name, value] : variables) {
        environment.push_back(name + "=" + value);
    }
    return environment;
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
    std::vector<char*> result;
    result.reserve(strings.size() + 1);
    for (const std::string& text : strings) {
        result.push_back(const_cast<char*>(text.c_str()));  // exec's signature; it only reads
    }
    result.push_back(nullptr);
    return result;
}

// Mount point of the unified cgroup hierarchy; empty if it is not mounted.
std::string unified_hierarchy() {
    for (const char* candidate : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"}) {
        if (::access((std::string(candidate) + "/cgroup.procs").c_str(), F_OK) == 0) {
            return candidate;
        }
    }
    return "";
}

Result<> enter_session_group() {
    const std::string root = unified_hierarchy();
    if (root.empty()) {
        return {};
    }
    const std::string group = root + "/" + kSessionGroup;
    DOLMEN_TRY(make_directories(group));
    return write_control(group + "/cgroup.procs", "0");
}

Result<> become(const Account& account) {
    if (::setgroups(account.groups.size(), account.groups.data()) != 0 ||
        ::setresgid(account.gid, account.gid, account.gid) != 0 ||
        ::setresuid(account.uid, account.uid, account.uid) != 0) {
        return fail_errno("become " + account.name);
    }
    return {};
}

void forget_signals() {
    for (int signal = 1; signal < NSIG; ++signal) {
        ::signal(signal, SIG_DFL);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// In the child: everything between fork and exec.
Result<> prepare(const Request& request, const Account& account, const Streams& streams) {
    forget_signals();
    ::setsid();
    if (request.terminal && ::ioctl(streams.input.get(), TIOCSCTTY, 0) != 0) {
        return fail_errno("take the terminal");
    }
    if (::dup2(streams.input.get(), 0) < 0 || ::dup2(streams.output.get(), 1) < 0 ||
        ::dup2(streams.error.get(), 2) < 0) {
        return fail_errno("standard descriptors");
    }
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    if (request.session || !request.user.empty()) {
        DOLMEN_TRY(enter_session_group());
    }
    DOLMEN_TRY(become(account));
    const std::string directory = request.directory.empty() ? account.home : request.directory;
    if (::chdir(directory.c_str()) != 0 && (!request.directory.empty() || ::chdir("/") != 0)) {
        return fail_errno("directory " + directory);
    }
    ::umask(022);
    return {};
}

[[noreturn]] void run_child(const Request& request, const Account& account, const Streams& streams,
                            int report) {
    Failure failure;
    if (const Result<> prepared = prepare(request, account, streams); !prepared) {
        std::strncpy(failure.step.data(), prepared.error().to_string().c_str(),
                     failure.step.size() - 1);
    } else {
        const std::vector<std::string> environment = login_environment(request, account);
        std::vector<char*> variables = pointers(environment);
        std::vector<char*> arguments = pointers(request.argv);
        environ = variables.data();  // execvp searches the PATH of this one
        ::execvp(arguments[0], arguments.data());
        failure.number = errno;
    }
    static_cast<void>(!::write(report, &failure, sizeof(failure)));
    ::_exit(127);
}

Result<Fd> open_terminal(const WindowSize& size, Streams& streams) {
    Fd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!master || ::unlockpt(master.get()) != 0) {
        return fail_errno("open a pseudo terminal");
    }
    set_window(master.get(), size);
    // TIOCGPTPEER needs no /dev/pts of ours to be mounted at the usual place.
    streams.input = Fd(::ioctl(master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!streams.input) {
        return fail_errno("open the slave of a pseudo terminal");
    }
    streams.output = DOLMEN_TRY(duplicate(streams.input.get()));
    streams.error = DOLMEN_TRY(duplicate(streams.input.get()));
    return master;
}

Result<> make_channels(const Request& request, const Account& account, Streams& streams,
                       Launched& launched) {
    if (request.terminal) {
        launched.output = DOLMEN_TRY(open_terminal(request.window, streams));
        launched.input = DOLMEN_TRY(duplicate(launched.output.get()));
        if (::fchown(streams.input.get(), account.uid, account.gid) != 0) {
            return fail_errno("own the terminal");
        }
        return set_nonblocking(launched.output.get(), true);
    }
    Pipe input = DOLMEN_TRY(make_pipe());
    Pipe output = DOLMEN_TRY(make_pipe());
    Pipe error = DOLMEN_TRY(make_pipe());
    // The command may open /dev/stdin and friends anew: that needs the pipes to be its own.
    for (const Fd* end : {&input.read, &output.write, &error.write}) {
        if (::fchown(end->get(), account.uid, account.gid) != 0) {
            return fail_errno("own the pipes");
        }
    }
    streams = Streams{std::move(input.read), std::move(output.write), std::move(error.write)};
    launched.input = std::move(input.write);
    launched.output = std::move(output.read);
    launched.error = std::move(error.read);
    for (const Fd* end : {&launched.input, &launched.output, &launched.error}) {
        DOLMEN_TRY(set_nonblocking(end->get(), true));
    }
    return {};
}

}  // namespace

void set_window(int terminal, const WindowSize& size) {
    winsize window{};
    window.ws_row = size.rows;
    window.ws_col = size.columns;
    ::ioctl(terminal, TIOCSWINSZ, &window);
}

Result<Launched> launch(const Request& request, const Account& account) {
    if (request.argv.empty()) {
        return fail_errno("command", EINVAL);
    }
    Streams streams;
    Launched launched;
    DOLMEN_TRY(make_channels(request, account, streams, launched));
    Pipe report = DOLMEN_TRY(make_pipe());
    launched.pid = ::fork();
    if (launched.pid < 0) {
        return fail_errno("fork");
    }
    if (launched.pid == 0) {
        run_child(request, account, streams, report.write.get());
    }
    launched.pidfd = Fd(static_cast<int>(::syscall(SYS_pidfd_open, launched.pid, 0)));
    report.write.reset();
    Failure failure;
    // Ends at once at the exec, which closes the other end.
    if (::read(report.read.get(), &failure, sizeof(failure)) == sizeof(failure)) {
        ::waitid(P_PID, static_cast<id_t>(launched.pid), nullptr, WEXITED);
        if (const std::string step(failure.step.data()); !step.empty()) {
            return fail_text(step);
        }
        return fail_errno(request.argv[0], failure.number);
    }
    return launched;
}

}  // namespace dolmen::qa
