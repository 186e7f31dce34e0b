// SPDX-License-Identifier: GPL-2.0-only
#include "lib/cluster.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <base/file.hpp>
#include <base/loop.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "lib/control_client.hpp"
#include "lib/journal.hpp"
#include "lib/newc.hpp"
#include "lib/pause.hpp"
#include "lib/supervisor.hpp"
#include "lib/switch.hpp"

namespace dolmen::qa {
namespace {

// Whatever goes wrong in a kernel ends the machine, so that it is seen at once.
constexpr const char* kKernelParameters = "console=ttyS0 panic=-1 oops=panic softlockup_panic=1";
// An emulated processor shares a real one with other machines: a little more patience with silence.
constexpr const char* kSlowMachine = " dolmen.timeout_percent=150";
constexpr std::size_t kImageLimit = 1U << 30U;
constexpr std::chrono::milliseconds kEndLimit{10000};
constexpr unsigned kHeadNumber = 1;
constexpr unsigned kFirstNodeNumber = 2;

// The image followed by an archive with the module: the kernel unpacks one after the other.
Result<std::string> add_module(const std::string& initrd, const ClusterOptions& options,
                               const std::string& directory) {
    if (options.modules.empty()) {
        return initrd;
    }
    const std::string module = DOLMEN_TRY(read_file(options.modules + "/dolmen.ko", kImageLimit));
    NewcArchive archive;
    archive.add_file("lib/modules/" + options.images.kernel_release + "/extra/dolmen.ko", module);
    std::string image = DOLMEN_TRY(read_file(initrd, kImageLimit));
    image.append((4 - image.size() % 4) % 4, '\0');
    const std::string path = directory + initrd.substr(initrd.rfind('/'));
    DOLMEN_TRY(write_file_atomically(path, image + archive.finish()));
    return path;
}

Result<Fd> lock(const ClusterPaths& paths) {
    Fd file = DOLMEN_TRY(open_file(paths.lock(), O_RDWR | O_CREAT));
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        return fail(Error::system("cluster", EALREADY)
                        .hint("\"qa-vm down\" ends the one that runs, --name starts another"));
    }
    return file;
}

Result<> supervise(const std::vector<MachineSpec>& machines, const ClusterPaths& paths,
                   int report) {
    Journal journal(
        DOLMEN_TRY(open_file(paths.logs + "/harness.log", O_WRONLY | O_CREAT | O_APPEND)));
    Loop loop = DOLMEN_TRY(Loop::create());
    // Before the switch's thread starts: it inherits that these are blocked.
    DOLMEN_TRY(loop.watch_signals({SIGTERM, SIGINT, SIGHUP}, [&](int signal) {
        journal.note("signal {}: ending", signal);
        loop.stop();
    }));
    const std::unique_ptr<Switch> lan = DOLMEN_TRY(Switch::create());
    Supervisor supervisor(loop, *lan, journal, paths);
    DOLMEN_TRY(supervisor.start(machines));
    DOLMEN_TRY(write_all(report, std::string("ok")));
    ::close(report);
    return loop.run();
}

[[noreturn]] void run_daemon(const std::vector<MachineSpec>& machines, const ClusterPaths& paths,
                             Fd report, bool ends_with_caller) {
    ::setsid();
    if (ends_with_caller) {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    }
    std::signal(SIGPIPE, SIG_IGN);
    if (const Result<Fd> nothing = open_file("/dev/null", O_RDWR)) {
        for (const int standard : {0, 1, 2}) {
            ::dup2(nothing->get(), standard);
        }
    }
    const int channel = report.release();
    const Result<> ended = supervise(machines, paths, channel);
    if (!ended) {
        static_cast<void>(write_all(channel, ended.error().to_string()));
    }
    std::_Exit(ended ? 0 : 1);
}

// `role`: head, node or solo, and further words of its kernel's command line. Those of the
// options come later, so they win.
MachineSpec base_spec(const ClusterOptions& options, const ClusterPaths& paths,
                      const std::string& name, const std::string& role) {
    MachineSpec spec;
    spec.name = name;
    spec.kernel = options.images.kernel;
    spec.command_line = fmt::format("{} dolmen.boot={}", kKernelParameters, role);
    if (options.accelerator == Accelerator::kTcg) {
        spec.command_line += kSlowMachine;
    }
    if (!options.kernel_parameters.empty()) {
        spec.command_line += " " + options.kernel_parameters;
    }
    spec.console_file = paths.console(name);
    spec.accelerator = options.accelerator;
    return spec;
}

}  // namespace

std::vector<MachineSpec> plan_machines(const ClusterOptions& options, const ClusterPaths& paths) {
    std::vector<MachineSpec> machines;
    // Nothing is to be booted by the head: it only needs its address.
    MachineSpec head = base_spec(options, paths, "head",
                                 options.solo ? "solo dolmen.lan=off" : "head dolmen.lan=direct");
    head.number = kHeadNumber;
    head.memory_mb = options.head_memory_mb;
    head.initrd = options.images.head_initrd;
    head.root_image = options.images.head_root;
    head.command_line += " systemd.show_status=no";  // animations are no use in a log
    machines.push_back(std::move(head));
    for (unsigned i = 0; i < options.nodes && !options.solo; ++i) {
        MachineSpec node = base_spec(options, paths, fmt::format("node{}", i + 1),
                                     fmt::format("node dolmen.ip=10.77.0.{}/24", 100 + i + 1));
        node.number = kFirstNodeNumber + i;
        node.memory_mb = options.node_memory_mb;
        node.initrd = options.images.node_initrd;
        machines.push_back(std::move(node));
    }
    return machines;
}

Result<> start_cluster(const ClusterOptions& options) {
    const ClusterPaths paths = paths_of(options.name);
    DOLMEN_TRY(make_directories(paths.run, 0700));
    const Fd held = DOLMEN_TRY(lock(paths));  // the daemon inherits it
    DOLMEN_TRY(prepare(paths));
    ClusterOptions with_module = options;
    with_module.images.head_initrd =
        DOLMEN_TRY(add_module(options.images.head_initrd, options, paths.run));
    with_module.images.node_initrd =
        DOLMEN_TRY(add_module(options.images.node_initrd, options, paths.run));
    const std::vector<MachineSpec> machines = plan_machines(with_module, paths);
    Pipe report = DOLMEN_TRY(make_pipe());
    const pid_t child = ::fork();
    if (child < 0) {
        return fail_errno("fork");
    }
    if (child == 0) {
        report.read.reset();
        run_daemon(machines, paths, std::move(report.write), options.ends_with_caller);
    }
    report.write.reset();
    std::string answer;
    char c = 0;
    while (::read(report.read.get(), &c, 1) == 1) {
        answer.push_back(c);
    }
    if (answer != "ok") {
        ::waitpid(child, nullptr, 0);
        return fail_text(answer.empty() ? "the supervisor has died" : answer);
    }
    return {};
}

Result<> end_cluster(const std::string& name) {
    DOLMEN_TRY(ControlClient(name).down());
    const ClusterPaths paths = paths_of(name);
    const Deadline deadline = Deadline::after(kEndLimit);
    while (true) {
        if (lock(paths)) {
            std::error_code ignored;
            std::filesystem::remove_all(paths.run, ignored);
            return {};
        }
        if (deadline.passed()) {
            return fail_errno("the supervisor does not end", ETIMEDOUT);
        }
        pause_between_looks();
    }
}

}  // namespace dolmen::qa
