// SPDX-License-Identifier: GPL-2.0-only
#include "lib/cluster.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <base/file.hpp>
#include <base/loop.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "lib/control_client.hpp"
#include "lib/disk_image.hpp"
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
// The head where nobody boots from it, and the addresses of nodes that ask nobody.
constexpr const char* kDirectHead = "head dolmen.lan=direct";
constexpr unsigned kFirstNodeAddress = 101;  // of 10.77.0.0/24
constexpr unsigned kLowestNodeAddress = 2;
constexpr unsigned kNodeAddresses = 253;

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
    const std::unique_ptr<Switch> uplink = DOLMEN_TRY(Switch::create());
    const bool has_uplink = std::any_of(machines.begin(), machines.end(),
                                        [](const MachineSpec& spec) { return spec.uplink; });
    Supervisor supervisor(loop, Lans{*lan, has_uplink ? uplink.get() : nullptr}, journal, paths);
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

MachineSpec base_spec(const ClusterOptions& options, const ClusterPaths& paths,
                      const std::string& name) {
    MachineSpec spec;
    spec.name = name;
    spec.console_file = paths.console(name);
    if (options.capture) {
        spec.capture_file = paths.capture(name);
    }
    spec.accelerator = options.accelerator;
    return spec;
}

// `role`: head, node or solo, and further words of its kernel's command line. Those of the
// options come later, so they win.
void boot_directly(MachineSpec& spec, const ClusterOptions& options, const std::string& role) {
    spec.kernel = options.images.kernel;
    spec.command_line = fmt::format("{} dolmen.boot={}", kKernelParameters, role);
    if (options.accelerator == Accelerator::kTcg) {
        spec.command_line += kSlowMachine;
    }
    for (const std::string& more : {options.images.kernel_parameters, options.kernel_parameters}) {
        if (!more.empty()) {
            spec.command_line += " " + more;
        }
    }
}

MachineSpec plan_head(const ClusterOptions& options, const ClusterPaths& paths) {
    MachineSpec head = base_spec(options, paths, "head");
    head.number = kHeadNumber;
    head.memory_mb = options.head_memory_mb;
    head.cpu = options.head_cpu;
    head.boot = options.solo ? Boot::kDirect : options.head_boot;
    head.chipset = options.head_chipset;
    head.nic = options.head_nic;
    head.uplink = options.uplink && !options.solo;
    if (options.head_disk) {
        head.disk = paths.disk(head.name);
    }
    if (has_firmware(head)) {
        head.medium = options.images.iso;
        head.firmware = options.head_firmware;
        head.firmware_variables = paths.firmware_variables(head.name);
        return head;
    }
    if (head.boot == Boot::kDisk) {
        head.kernel = options.images.plain_head + "/vmlinuz";
        head.initrd = options.images.plain_head + "/initrd.img";
        head.root_image = options.images.plain_head + "/root.img";
        head.command_line = fmt::format("root=/dev/vda ro {}", kKernelParameters);
        return head;
    }
    // Alone it needs no network.
    boot_directly(head, options, options.solo ? "solo dolmen.lan=off" : kDirectHead);
    head.initrd = options.images.head_initrd;
    head.root_image = options.images.head_root;
    head.command_line += " systemd.show_status=no";  // animations are no use in a log
    return head;
}

// 10.77.0.101 and so on, and below that when those are used up.
std::string direct_node_address(unsigned index) {
    return fmt::format(
        "10.77.0.{}/24",
        kLowestNodeAddress + (kFirstNodeAddress - kLowestNodeAddress + index) % kNodeAddresses);
}

MachineSpec plan_node(const ClusterOptions& options, const ClusterPaths& paths, unsigned index) {
    MachineSpec node = base_spec(options, paths, fmt::format("node{}", index + 1));
    node.number = kFirstNodeNumber + index;
    node.memory_mb = options.node_memory_mb.at(index % options.node_memory_mb.size());
    node.nic = options.node_nics.at(index % options.node_nics.size());
    node.cpu = options.node_cpus.at(index % options.node_cpus.size());
    if (options.node_disks) {
        node.disk = paths.disk(node.name);
    }
    if (options.head_boot != Boot::kDirect) {
        node.boot = Boot::kNetwork;
        // Its firmware would keep a processor busy until there is something to boot.
        node.starts_on = false;
        return node;
    }
    boot_directly(node, options, fmt::format("node dolmen.ip={}", direct_node_address(index)));
    node.initrd = options.images.node_initrd;
    return node;
}

// What a machine finds in it when it is new.
Result<> equip(const MachineSpec& spec) {
    if (!spec.disk.empty()) {
        DOLMEN_TRY(make_disk(spec.disk, spec.number));
    }
    if (spec.firmware == Firmware::kUefi) {
        const Result<std::string> variables = read_file(kUefiVariables, kImageLimit);
        if (!variables) {
            return fail_text(std::string(kUefiVariables) +
                             " cannot be read: UEFI firmware is in Debian's package ovmf");
        }
        DOLMEN_TRY(write_file_atomically(spec.firmware_variables, *variables, 0600));
    }
    return {};
}

}  // namespace

std::vector<MachineSpec> plan_machines(const ClusterOptions& options, const ClusterPaths& paths) {
    std::vector<MachineSpec> machines{plan_head(options, paths)};
    for (unsigned i = 0; i < options.nodes && !options.solo; ++i) {
        machines.push_back(plan_node(options, paths, i));
    }
    return machines;
}

Result<> start_cluster(const ClusterOptions& options) {
    const ClusterPaths paths = paths_of(options.name);
    DOLMEN_TRY(make_directories(paths.run, 0700));
    const Fd held = DOLMEN_TRY(lock(paths));  // the daemon inherits it
    DOLMEN_TRY(prepare(paths));
    ClusterOptions with_module = options;
    if (options.solo || options.head_boot == Boot::kDirect) {
        with_module.images.head_initrd =
            DOLMEN_TRY(add_module(options.images.head_initrd, options, paths.run));
        with_module.images.node_initrd =
            DOLMEN_TRY(add_module(options.images.node_initrd, options, paths.run));
    }
    const std::vector<MachineSpec> machines = plan_machines(with_module, paths);
    for (const MachineSpec& spec : machines) {
        DOLMEN_TRY(equip(spec));
    }
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
