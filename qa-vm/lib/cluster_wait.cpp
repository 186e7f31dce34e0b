// SPDX-License-Identifier: GPL-2.0-only
#include "lib/cluster_wait.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <map>
#include <optional>
#include <thread>

#include "lib/boot_stage.hpp"
#include "lib/console.hpp"
#include "lib/join.hpp"
#include "lib/pause.hpp"
#include "lib/remote_command.hpp"

namespace dolmen::qa {
namespace {

constexpr std::chrono::milliseconds kAskLimit{15000};
// Between two looks at machines that need minutes: each look takes time from them.
constexpr std::chrono::milliseconds kPatience{1000};
// Firmware that has just got its variables may want to start once more.
constexpr unsigned kFirmwareStarts = 1;
// A loader that is given nothing more waits for ever; it is done within 20 s otherwise.
constexpr std::chrono::milliseconds kLoaderLimit{90000};
constexpr const char* kServing =
    "systemctl -q is-active dolmen-dnsmasq.service && systemctl -q is-active dolmen-nginx.service";

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

// A machine that is not as it should be, in words.
std::optional<std::string> trouble(const std::vector<MachineStatus>& machines) {
    for (const MachineStatus& machine : machines) {
        if (machine.state == "failed") {
            return fmt::format("{} has ended: {}", machine.name, machine.why);
        }
        if (machine.reboots > 0) {
            return fmt::format("{} has rebooted by itself, see {}", machine.name, machine.console);
        }
        if (machine.name == "head" && machine.boots_again > kFirmwareStarts) {
            return std::string("the head's firmware finds nothing to boot on its medium");
        }
    }
    return std::nullopt;
}

// What a deadline has found: the machines that are not where they should be.
Error too_late(const std::vector<MachineStatus>& machines, const std::string& state) {
    std::string words = "the cluster did not come up (" + state + ")";
    for (const MachineStatus& machine : machines) {
        if (machine.state != "ready") {
            words += fmt::format("; {} got no further than \"{}\", its console is in {}",
                                 machine.name, words_for(machine), machine.console);
        }
    }
    return Error::system(words, ETIMEDOUT);
}

std::string words_for_all(const std::vector<MachineStatus>& machines) {
    std::string words;
    for (const MachineStatus& machine : machines) {
        words +=
            fmt::format("{}{}: {}", words.empty() ? "" : ", ", machine.name, words_for(machine));
    }
    return words;
}

Result<> switch_nodes_on(const ControlClient& client, const std::vector<MachineStatus>& machines) {
    for (const MachineStatus& machine : machines) {
        if (machine.boot == "network" && machine.state == "off") {
            DOLMEN_TRY(client.power(machine.name, "on"));
        }
    }
    return {};
}

// PCs whose boot loader has stopped in the middle of a file. PXELINUX has no time limit of its own:
// who stands in front of it resets it, and so do we, once for each PC.
class StoppedLoaders {
  public:
    Result<> reset(const ControlClient& client, const std::vector<MachineStatus>& machines) {
        for (const MachineStatus& machine : machines) {
            if (machine.boot != "network" || machine.state != "starting" ||
                boot_stage(Console(machine.console).since_start()) != BootStage::kLoader) {
                since_.erase(machine.name);
                continue;
            }
            const auto [entry, fresh] =
                since_.try_emplace(machine.name, Deadline::after(kLoaderLimit));
            if (!fresh && entry->second.passed() && ++resets_[machine.name] == 1) {
                fmt::print("        {}: its boot loader has stopped in the middle, it is reset\n",
                           machine.name);
                std::fflush(stdout);
                DOLMEN_TRY(client.power(machine.name, "reset"));
                since_.erase(entry);
            }
        }
        return {};
    }

  private:
    std::map<std::string, Deadline> since_;
    std::map<std::string, unsigned> resets_;
};

}  // namespace

std::string words_for(const MachineStatus& machine) {
    const bool head = machine.name == "head";
    if (machine.state == "off") {
        return head ? "off" : "waiting for the head";
    }
    if (machine.state != "starting") {
        return machine.state;
    }
    return to_string(boot_stage(Console(machine.console).since_start()), head);
}

bool head_serves(const ControlClient& client) {
    Request request;
    request.argv = {"sh", "-c", kServing};
    const Result<RemoteResult> result = run_remote(client, "head", request, kAskLimit);
    return result && result->outcome.shell_status() == 0;
}

Result<> wait_for_direct_cluster(const ControlClient& client, const ClusterWait& wait,
                                 Progress& progress) {
    while (true) {
        const Look look = look_at(DOLMEN_TRY(client.machines()));
        std::string words = look.words;
        if (look.failed) {
            progress.show(words);
            return fail_text("a machine has ended");
        }
        if (look.ready) {
            if (!wait.for_nodes) {
                progress.show(words);
                return {};
            }
            const std::optional<unsigned> joined = joined_nodes(client);
            words += joined ? fmt::format("; {} of {} joined", *joined, wait.nodes)
                            : "; the head's dolmend does not answer yet";
            if (joined && *joined >= wait.nodes) {
                progress.show(words);
                return {};
            }
        }
        progress.show(words);
        if (wait.deadline.passed()) {
            return fail_errno("the cluster did not come up", ETIMEDOUT);
        }
        pause_between_looks();
    }
}

Result<> wait_for_booted_cluster(const ControlClient& client, const ClusterWait& wait,
                                 Progress& progress) {
    bool nodes_on = false;
    StoppedLoaders stopped;
    while (true) {
        const std::vector<MachineStatus> machines = DOLMEN_TRY(client.machines());
        std::string words = words_for_all(machines);
        if (const std::optional<std::string> wrong = trouble(machines)) {
            progress.show(words);
            return fail_text(*wrong);
        }
        const Result<MachineStatus> head = client.machine("head");
        if (head && head->state == "ready") {
            if (!wait.for_nodes) {
                progress.show(words);
                return {};
            }
            if (nodes_on) {
                DOLMEN_TRY(stopped.reset(client, machines));
                const std::optional<unsigned> joined = joined_nodes(client);
                words += joined ? fmt::format("; {} of {} joined", *joined, wait.nodes)
                                : "; the head's dolmend does not answer";
                if (joined && *joined >= wait.nodes) {
                    progress.show(words);
                    return {};
                }
            } else if (head_serves(client)) {
                DOLMEN_TRY(switch_nodes_on(client, machines));
                nodes_on = true;
                continue;
            } else {
                words += "; the head does not serve the network yet";
            }
        }
        progress.show(words);
        if (wait.deadline.passed()) {
            return fail(too_late(machines, words));
        }
        std::this_thread::sleep_for(kPatience);
    }
}

}  // namespace dolmen::qa
