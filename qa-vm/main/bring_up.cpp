// SPDX-License-Identifier: GPL-2.0-only
#include "main/bring_up.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <base/clock.hpp>
#include <cstdio>

#include "lib/audit.hpp"
#include "lib/console.hpp"
#include "lib/control_client.hpp"
#include "lib/images.hpp"
#include "lib/join.hpp"
#include "lib/kvm.hpp"
#include "lib/pause.hpp"

namespace dolmen::qa {
namespace {

constexpr std::size_t kTailLines = 25;
constexpr std::chrono::milliseconds kAuditLimit{15000};

class Progress {
  public:
    /// On a terminal the line is written over, elsewhere only what is new is printed.
    void show(const std::string& words) {
        const double elapsed = std::chrono::duration<double>(SteadyClock::now() - start_).count();
        if (::isatty(2) != 0) {
            fmt::print(stderr, "\r\033[K{:6.1f} s  {}", elapsed, words);
            open_line_ = true;
        } else if (words != last_) {
            fmt::print(stderr, "{:6.1f} s  {}\n", elapsed, words);
        }
        last_ = words;
        std::fflush(stderr);
    }
    void end_line() {
        if (open_line_) {
            fmt::print(stderr, "\n");
        }
    }

  private:
    SteadyClock::time_point start_ = SteadyClock::now();
    std::string last_;
    bool open_line_ = false;
};

struct Look {
    std::string words;
    bool ready = false;   // every agent answers
    bool failed = false;  // a machine has ended
};

Look look_at(const std::vector<MachineStatus>& machines) {
    Look look;
    look.ready = !machines.empty();
    for (const MachineStatus& machine : machines) {
        look.words +=
            fmt::format("{}{} {}", look.words.empty() ? "" : ", ", machine.name, machine.state);
        look.ready = look.ready && machine.state == "ready";
        look.failed = look.failed || machine.state == "failed" || machine.state == "off";
    }
    return look;
}

void print_consoles(const ControlClient& client) {
    const Result<std::vector<MachineStatus>> machines = client.machines();
    if (machines) {
        for (const MachineStatus& machine : *machines) {
            fmt::print(stderr, "--- {} ({}) {}: the end of {}\n", machine.name, machine.state,
                       machine.why, machine.console);
            fmt::print(stderr, "{}\n", Console(machine.console).tail(kTailLines));
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

Result<> wait_until_up(const ControlClient& client, const BringUp& options, Progress& progress) {
    const Deadline deadline = Deadline::after(options.limit);
    const unsigned wanted = options.cluster.solo ? 1 : options.cluster.nodes;
    while (true) {
        const Look look = look_at(DOLMEN_TRY(client.machines()));
        std::string words = look.words;
        if (look.failed) {
            progress.show(words);
            return fail_text("a machine has ended");
        }
        if (look.ready) {
            if (!options.wait_for_nodes) {
                progress.show(words);
                return {};
            }
            const std::optional<unsigned> joined = joined_nodes(client);
            words += joined ? fmt::format("; {} of {} joined", *joined, wanted)
                            : "; the head's dolmend does not answer yet";
            if (joined && *joined >= wanted) {
                progress.show(words);
                return {};
            }
        }
        progress.show(words);
        if (deadline.passed()) {
            return fail_errno("the cluster did not come up", ETIMEDOUT);
        }
        pause_between_looks();
    }
}

}  // namespace

int bring_up(BringUp options) {
    Result<Images> images = read_images(options.images_file);
    if (!images) {
        fmt::print(stderr, "qa-vm: {}\n", images.error().to_string());
        return 1;
    }
    options.cluster.images = *images;
    Progress progress;
    progress.show("looking whether KVM works");
    options.cluster.accelerator = probe_accelerator(images->kernel, run_root());
    progress.show(options.cluster.accelerator == Accelerator::kKvm ? "starting under KVM"
                                                                   : "starting under TCG");
    if (const Result<> started = start_cluster(options.cluster); !started) {
        progress.end_line();
        fmt::print(stderr, "qa-vm: {}\n", started.error().to_string());
        return 1;
    }
    const ControlClient client(options.cluster.name);
    const Result<> up = wait_until_up(client, options, progress);
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
