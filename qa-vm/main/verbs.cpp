// SPDX-License-Identifier: GPL-2.0-only
#include "main/verbs.hpp"

#include <fmt/core.h>

#include <base/clock.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "lib/audit.hpp"
#include "lib/cluster.hpp"
#include "lib/cluster_paths.hpp"
#include "lib/console.hpp"
#include "lib/control_client.hpp"
#include "lib/pause.hpp"
#include "lib/remote_command.hpp"
#include "lib/screen.hpp"

namespace dolmen::qa {
namespace {

constexpr std::chrono::milliseconds kAuditLimit{15000};
constexpr std::chrono::milliseconds kPowerLimit{120000};
// With firmware, boot loader and a medium or a network to read from.
constexpr std::chrono::milliseconds kFirmwarePowerLimit{300000};
// qa-vm itself failed: not a status that a command is likely to return.
constexpr int kOwnFailure = 255;

int complain(const Error& error, int status = 1) {
    fmt::print(stderr, "qa-vm: {}\n", error.to_string());
    return status;
}

int status_of(const Result<>& result) {
    return result ? 0 : complain(result.error());
}

Result<> wait_for_state(const ControlClient& client, const std::string& machine, bool on) {
    const bool direct = DOLMEN_TRY(client.machine(machine)).boot == "direct";
    const Deadline deadline = Deadline::after(direct ? kPowerLimit : kFirmwarePowerLimit);
    while (true) {
        const MachineStatus status = DOLMEN_TRY(client.machine(machine));
        if (status.state == (on ? "ready" : "off")) {
            return {};
        }
        if (status.state == "failed") {
            return fail_text(machine + " has failed: " + status.why);
        }
        if (deadline.passed()) {
            return fail_errno(machine + " is " + status.state, ETIMEDOUT);
        }
        pause_between_looks();
    }
}

}  // namespace

int verb_sh(const std::string& cluster, const std::string& machine, const Request& request) {
    const Result<Outcome> outcome = pass_through(ControlClient(cluster), machine, request);
    if (!outcome) {
        return complain(outcome.error(), kOwnFailure);
    }
    if (!outcome->error.empty()) {
        fmt::print(stderr, "qa-vm: {}: {}\n", machine, outcome->error);
    }
    return outcome->shell_status();
}

int verb_put(const std::string& cluster, const std::string& machine, const std::string& local,
             const std::string& remote) {
    return status_of(put_file(ControlClient(cluster), machine, local, remote));
}

int verb_get(const std::string& cluster, const std::string& machine, const std::string& remote,
             const std::string& local) {
    return status_of(get_file(ControlClient(cluster), machine, remote, local));
}

int verb_power(const std::string& cluster, const std::string& machine, const std::string& action) {
    const ControlClient client(cluster);
    if (const Result<> done = client.power(machine, action); !done) {
        return complain(done.error());
    }
    return status_of(wait_for_state(client, machine, action == "on" || action == "reset"));
}

int verb_link(const std::string& cluster, const std::string& machine, bool up) {
    return status_of(ControlClient(cluster).link(machine, up));
}

int verb_pause(const std::string& cluster, const std::string& machine, bool paused) {
    return status_of(ControlClient(cluster).pause(machine, paused));
}

int verb_screen(const std::string& cluster, const std::string& machine,
                const std::string& picture) {
    const ControlClient client(cluster);
    if (!picture.empty()) {
        std::error_code ignored;
        return status_of(client.picture(machine, std::filesystem::absolute(picture, ignored)));
    }
    const Result<std::string> screen = read_screen(client, machine);
    if (!screen) {
        return complain(screen.error());
    }
    fmt::print("{}", *screen);
    return 0;
}

int verb_key(const std::string& cluster, const std::string& machine,
             const std::vector<std::string>& keys) {
    return status_of(ControlClient(cluster).press(machine, keys));
}

int verb_foreign_dhcp(const std::string& cluster, const std::string& network, bool on,
                      const std::vector<std::string>& options) {
    const ControlClient client(cluster);
    if (!on) {
        return status_of(client.stop_dhcp(network));
    }
    const Result<std::string> log = client.start_dhcp(network, options);
    if (!log) {
        return complain(log.error());
    }
    fmt::print("{}\n", *log);
    return 0;
}

int verb_list(bool json) {
    nlohmann::json clusters = nlohmann::json::object();
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(run_root(), error)) {
        const std::string name = entry.path().filename();
        if (const Result<std::string> status = ControlClient(name).status()) {
            clusters[name] = nlohmann::json::parse(*status);
        }
    }
    if (json) {
        fmt::print("{}\n", clusters.dump(2));
        return 0;
    }
    for (const auto& [name, status] : clusters.items()) {
        for (const auto& machine : status.at("machines")) {
            fmt::print(
                "{:<12} {:<8} {:<9} {:>6} MB  pid {:<8} up after {:.1f} s  {}\n", name,
                machine.at("name").get<std::string>(), machine.at("state").get<std::string>(),
                machine.at("memory_mb").get<unsigned>(), machine.at("pid").get<int>(),
                machine.at("seconds_to_ready").get<double>(), machine.at("why").get<std::string>());
        }
        fmt::print("{:<12} logs: {}\n", name, status.at("logs").get<std::string>());
    }
    return 0;
}

int verb_console(const std::string& cluster, const std::string& machine) {
    const std::string path = paths_of(cluster).console(machine);
    if (!std::filesystem::exists(path)) {
        return complain(Error::system(path, ENOENT));
    }
    fmt::print("{}", Console(path).since_start());
    return 0;
}

int verb_audit(const std::string& cluster) {
    Audit audit{ControlClient(cluster)};
    audit.begin(Audit::From::kStart);
    const std::vector<std::string> wrong = audit.check(kAuditLimit);
    for (const std::string& words : wrong) {
        fmt::print("{}\n", words);
    }
    return wrong.empty() ? 0 : 1;
}

int verb_down(const std::string& cluster) {
    return status_of(end_cluster(cluster));
}

}  // namespace dolmen::qa
