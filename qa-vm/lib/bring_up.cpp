// SPDX-License-Identifier: GPL-2.0-only
#include "lib/bring_up.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <base/clock.hpp>
#include <cstdio>
#include <filesystem>

#include "lib/audit.hpp"
#include "lib/cluster_wait.hpp"
#include "lib/console.hpp"
#include "lib/control_client.hpp"
#include "lib/images.hpp"
#include "lib/kvm.hpp"
#include "lib/progress.hpp"
#include "lib/screen.hpp"

namespace dolmen::qa {
namespace {

constexpr std::size_t kTailLines = 25;
constexpr std::chrono::milliseconds kAuditLimit{15000};
constexpr std::chrono::seconds kDirectLimit{180};
// A head needs up to two minutes from its medium under TCG, its nodes one after that.
constexpr std::chrono::seconds kFirmwareLimit{600};

bool is_direct(const ClusterOptions& cluster) {
    return cluster.solo || cluster.head_boot == Boot::kDirect;
}

void print_machine(const ControlClient& client, const MachineStatus& machine) {
    fmt::print(stderr, "--- {} ({}) {}: the end of {}\n", machine.name, machine.state, machine.why,
               machine.console);
    fmt::print(stderr, "{}\n", Console(machine.console).tail(kTailLines));
    if (machine.boot == "direct" || machine.pid == 0) {
        return;
    }
    if (const Result<std::string> screen = read_screen(client, machine.name)) {
        fmt::print(stderr, "--- {}: its screen\n{}\n", machine.name, *screen);
    }
}

void print_consoles(const ControlClient& client) {
    if (const Result<std::vector<MachineStatus>> machines = client.machines()) {
        for (const MachineStatus& machine : *machines) {
            print_machine(client, machine);
        }
    }
    fmt::print(stderr, "logs: {}\n", client.logs());
}

unsigned retries(const ControlClient& client) {
    unsigned count = 0;
    if (const auto machines = client.machines()) {
        for (const MachineStatus& machine : *machines) {
            count += machine.retries;
        }
    }
    return count;
}

// A medium alone will do where nothing is booted directly.
Result<Images> find_images(const BringUp& options) {
    Images images;
    if (options.iso.empty() || is_direct(options.cluster) ||
        ::access(options.images_file.c_str(), F_OK) == 0) {
        images = DOLMEN_TRY(read_images(options.images_file));
    }
    if (is_direct(options.cluster)) {
        return images;
    }
    if (options.cluster.head_boot == Boot::kDisk) {
        if (images.plain_head.empty()) {
            return fail(Error::text("there is no plain Debian to boot")
                            .hint("build the target \"plain-head\""));
        }
        return images;
    }
    if (!options.iso.empty()) {
        std::error_code ignored;
        images.iso = std::filesystem::absolute(options.iso, ignored);
    }
    if (images.iso.empty()) {
        return fail(Error::text("there is no medium to boot")
                        .hint("build the target \"iso\", or give one with --iso, or boot directly "
                              "with --direct"));
    }
    if (::access(images.iso.c_str(), R_OK) != 0) {
        return fail_errno(images.iso);
    }
    return images;
}

Result<> start(const ClusterOptions& cluster, const std::string& foreign_dhcp) {
    DOLMEN_TRY(start_cluster(cluster));
    if (!foreign_dhcp.empty()) {
        if (Result<std::string> started = ControlClient(cluster.name).start_dhcp(foreign_dhcp);
            !started) {
            static_cast<void>(end_cluster(cluster.name));
            return fail(std::move(started.error()));
        }
    }
    return {};
}

}  // namespace

int bring_up(BringUp options) {
    Result<Images> images = find_images(options);
    if (!images) {
        fmt::print(stderr, "qa-vm: {}\n", images.error().to_string());
        return 1;
    }
    options.cluster.images = *images;
    Progress progress;
    progress.show("looking whether KVM works");
    options.cluster.accelerator =
        images->kernel.empty() ? Accelerator::kTcg : probe_accelerator(images->kernel, run_root());
    progress.show(options.cluster.accelerator == Accelerator::kKvm ? "starting under KVM"
                                                                   : "starting under TCG");
    if (const Result<> started = start(options.cluster, options.foreign_dhcp); !started) {
        progress.end_line();
        fmt::print(stderr, "qa-vm: {}\n", started.error().to_string());
        return 1;
    }
    const ControlClient client(options.cluster.name);
    const bool direct = is_direct(options.cluster);
    const ClusterWait wait{
        options.cluster.solo ? 1 : options.cluster.nodes, options.wait_for_nodes,
        Deadline::after(options.limit.value_or(direct ? kDirectLimit : kFirmwareLimit))};
    const Result<> up = direct ? wait_for_direct_cluster(client, wait, progress)
                               : wait_for_booted_cluster(client, wait, progress);
    progress.end_line();
    if (const unsigned count = retries(client); count > 0) {
        fmt::print(stderr, "{} start(s) died of the known text patching fault, tried again\n",
                   count);
    }
    if (!up) {
        print_consoles(client);
        fmt::print(stderr, "qa-vm: {}\n", up.error().to_string());
        return 1;
    }
    return 0;
}

int bring_up_again(const BringUp& options, unsigned times) {
    for (unsigned round = 1; round <= times; ++round) {
        Audit audit{ControlClient(options.cluster.name)};
        const auto began = SteadyClock::now();
        if (const int status = bring_up(options); status != 0) {
            return status;
        }
        const double seconds = std::chrono::duration<double>(SteadyClock::now() - began).count();
        audit.begin(Audit::From::kStart);
        const std::vector<std::string> wrong = audit.check(kAuditLimit);
        fmt::print("{:4} of {}: up after {:.1f} s\n", round, times, seconds);
        for (const std::string& words : wrong) {
            fmt::print("        audit: {}\n", words);
        }
        std::fflush(stdout);
        if (!wrong.empty()) {
            return 1;
        }
        if (const Result<> ended = end_cluster(options.cluster.name); !ended) {
            fmt::print(stderr, "qa-vm: {}\n", ended.error().to_string());
            return 1;
        }
    }
    return 0;
}

}  // namespace dolmen::qa
