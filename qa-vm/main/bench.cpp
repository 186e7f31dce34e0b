// SPDX-License-Identifier: GPL-2.0-only
#include "main/bench.hpp"

#include <fmt/core.h>

#include <base/clock.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <vector>

#include "lib/control_client.hpp"
#include "main/script.hpp"
#include "main/two_builds.hpp"

namespace dolmen::qa {
namespace {

constexpr unsigned kPrograms = 20;   // of each kind that are started
constexpr unsigned kForks = 200;     // of a guest
constexpr unsigned kJobs = 4;        // of make, for two machines
constexpr double kMachines = 2;      // head and node
constexpr double kSshBar = 20;       // times faster than a login
constexpr double kRoundTripBar = 3;  // for fork, exit and wait of a guest's child
constexpr double kMakeBar = 0.7;     // of the number of machines
constexpr std::chrono::milliseconds kLoopLimit{300000};

struct Row {
    std::string what;
    double value = 0;
    std::string bar;
    bool met = false;
};

Result<double> seconds_of(const ControlClient& cluster, const std::string& user,
                          const std::string& script) {
    const auto began = SteadyClock::now();
    DOLMEN_TRY(run_script(cluster, user, script, kLoopLimit));
    return std::chrono::duration<double>(SteadyClock::now() - began).count();
}

std::string repeated(const std::string& command) {
    return fmt::format("i=0; while [ $i -lt {} ]; do {} || exit 1; i=$((i+1)); done", kPrograms,
                       command);
}

Result<Row> placed_against_ssh(const ControlClient& cluster) {
    DOLMEN_TRY(run_script(cluster, "demo",
                          "mkdir -p -m 700 ~/.ssh && rm -f ~/.ssh/id_ed25519 && "
                          "ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/id_ed25519 && "
                          "cp ~/.ssh/id_ed25519.pub ~/.ssh/authorized_keys && "
                          "ssh -o StrictHostKeyChecking=accept-new localhost true 2>&1 && "
                          "dolmen run --on node1 true"));
    const double login = DOLMEN_TRY(seconds_of(cluster, "demo", repeated("ssh localhost true")));
    const double placed =
        DOLMEN_TRY(seconds_of(cluster, "demo", repeated("dolmen run --on node1 true")));
    fmt::print("  ssh localhost true: {:.0f} ms; dolmen run --on node1 true: {:.0f} ms\n",
               login / kPrograms * 1000, placed / kPrograms * 1000);
    return Row{"`true` placed on a node against `ssh localhost true`, times as fast",
               login / placed, fmt::format(">= {}", kSshBar), login / placed >= kSshBar};
}

// Messages in both directions between the head and its node.
Result<double> messages(const ControlClient& cluster) {
    const std::string text = DOLMEN_TRY(run_script(cluster, "", "dolmen nodes --json"));
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("nodes")) {
        return fail_text("dolmen nodes --json: " + text.substr(0, 200));
    }
    double count = 0;
    for (const nlohmann::json& node : json["nodes"]) {
        count += node.value("messages_sent", 0.0) + node.value("messages_received", 0.0);
    }
    return count;
}

std::string forks_of_a_guest(unsigned count) {
    return fmt::format(
        "dolmen run --on node1 python3 -c '\n"
        "import os\n"
        "for i in range({}):\n"
        "  pid = os.fork()\n"
        "  if not pid: os._exit(0)\n"
        "  os.waitpid(pid, 0)\n'",
        count);
}

// The same program with no forks takes out what starting it costs; heartbeats stay in.
Result<Row> round_trips_of_a_fork(const ControlClient& cluster) {
    const double start = DOLMEN_TRY(messages(cluster));
    const double empty = DOLMEN_TRY(seconds_of(cluster, "demo", forks_of_a_guest(0)));
    const double middle = DOLMEN_TRY(messages(cluster));
    const double full = DOLMEN_TRY(seconds_of(cluster, "demo", forks_of_a_guest(kForks)));
    const double end = DOLMEN_TRY(messages(cluster));
    const double each = ((end - middle) - (middle - start)) / kForks;
    fmt::print("  fork + exit + wait by a guest: {:.1f} messages, {:.1f} ms\n", each,
               (full - empty) / kForks * 1000);
    return Row{"messages of a guest's fork + exit + wait, in round trips", each / 2,
               fmt::format("<= {}", kRoundTripBar), each / 2 <= kRoundTripBar};
}

Result<Row> parallel_make(const ControlClient& cluster) {
    const TwoBuilds builds = DOLMEN_TRY(build_twice(cluster, "", kJobs));
    return Row{"`make -j` of a project on two machines against one, times as fast", builds.ratio(),
               fmt::format(">= {:.1f}", kMakeBar * kMachines),
               builds.ratio() >= kMakeBar * kMachines};
}

Result<std::vector<Row>> measure(const ControlClient& cluster) {
    std::vector<Row> rows;
    rows.push_back(DOLMEN_TRY(placed_against_ssh(cluster)));
    rows.push_back(DOLMEN_TRY(round_trips_of_a_fork(cluster)));
    rows.push_back(DOLMEN_TRY(parallel_make(cluster)));
    return rows;
}

bool print(const std::vector<Row>& rows) {
    bool all = true;
    fmt::print("\n| what | measured | bar | met |\n|---|---|---|---|\n");
    for (const Row& row : rows) {
        fmt::print("| {} | {:.2f} | {} | {} |\n", row.what, row.value, row.bar,
                   row.met ? "yes" : "NO");
        all = all && row.met;
    }
    return all;
}

}  // namespace

int run_bench(BringUp options) {
    options.cluster.nodes = 1;
    options.cluster.ends_with_caller = true;
    if (const int status = bring_up(options); status != 0) {
        static_cast<void>(end_cluster(options.cluster.name));
        return status;
    }
    const Result<std::vector<Row>> rows = measure(ControlClient(options.cluster.name));
    static_cast<void>(end_cluster(options.cluster.name));
    if (!rows) {
        fmt::print(stderr, "qa-vm: {}\n", rows.error().to_string());
        return 1;
    }
    return print(*rows) ? 0 : 1;
}

}  // namespace dolmen::qa
