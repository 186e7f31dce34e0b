// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/runner.hpp"

#include <cstdio>

#include "lib/audit.hpp"
#include "lib/join.hpp"

namespace dolmen::qa {
namespace {

constexpr std::chrono::milliseconds kAuditLimit{15000};
constexpr std::chrono::milliseconds kJoinLimit{60000};
constexpr std::chrono::milliseconds kRestartLimit{180000};

enum class Verdict { kPassed, kFailed, kSkipped };

struct Tally {
    unsigned passed = 0, failed = 0, skipped = 0;
    void count(Verdict verdict) {
        ++(verdict == Verdict::kPassed ? passed : verdict == Verdict::kFailed ? failed : skipped);
    }
};

bool has_nodes(const ControlClient& cluster, unsigned nodes) {
    const auto machines = cluster.machines();
    // A machine alone is head and node at once; it counts itself as one.
    const unsigned most =
        machines && machines->size() > 1 ? static_cast<unsigned>(machines->size()) - 1 : 1;
    return nodes <= most;
}

Verdict play(const Scenario& scenario, Stage& stage, Audit& audit) {
    const ControlClient& cluster = stage.cluster();
    if (!has_nodes(cluster, scenario.nodes)) {
        fmt::print("skip    {} (needs {} nodes)\n", scenario.promise, scenario.nodes);
        return Verdict::kSkipped;
    }
    const auto began = SteadyClock::now();
    Findings findings;
    audit.begin();
    const Result<> joined =
        stage.stays_home() ? Result<>{} : wait_for_nodes(cluster, scenario.nodes, kJoinLimit);
    if (findings.expect(joined.has_value(), "the cluster is not up: {}",
                        joined ? "" : joined.error().to_string())) {
        scenario.run(stage, findings);
    }
    for (const std::string& wrong : audit.check(kAuditLimit)) {
        findings.expect(false, "audit: {}", wrong);
    }
    const double seconds = std::chrono::duration<double>(SteadyClock::now() - began).count();
    const bool passed = findings.wrong().empty();
    fmt::print("{}  {} ({:.1f} s)\n", passed ? "ok    " : "FAILED", scenario.promise, seconds);
    for (const std::string& wrong : findings.wrong()) {
        fmt::print("        {}\n", wrong);
    }
    std::fflush(stdout);
    return passed ? Verdict::kPassed : Verdict::kFailed;
}

// A failure may leave anything behind; what comes next is to be judged by itself.
void restart(const ControlClient& cluster) {
    const auto machines = cluster.machines();
    if (!machines) {
        return;
    }
    fmt::print("        (all machines are switched off and on)\n");
    for (const MachineStatus& machine : *machines) {
        static_cast<void>(cluster.power(machine.name, "reset"));
    }
    const unsigned nodes = machines->size() > 1 ? static_cast<unsigned>(machines->size()) - 1 : 1;
    if (const Result<> joined = wait_for_nodes(cluster, nodes, kRestartLimit); !joined) {
        fmt::print("        the cluster does not come up again: {}\n", joined.error().to_string());
    }
}

}  // namespace

int run_scenarios(const RunnerOptions& options) {
    Stage stage{ControlClient(options.cluster)};
    Audit audit{ControlClient(options.cluster)};
    if (options.stay_home) {
        stage.stay_home();
    }
    if (options.spread_only) {
        stage.spread_only();
    }
    Tally tally;
    bool known = false;
    for (const Family& family : families()) {
        if (!options.family.empty() && options.family != family.name) {
            continue;
        }
        known = true;
        for (const Scenario& scenario : family.scenarios()) {
            if (scenario.promise.find(options.match) != std::string::npos) {
                const Verdict verdict = play(scenario, stage, audit);
                tally.count(verdict);
                if (verdict == Verdict::kFailed && options.restart) {
                    restart(stage.cluster());
                }
            }
        }
    }
    if (!known) {
        fmt::print(stderr, "there is no family {}\n", options.family);
        return 2;
    }
    fmt::print("{} passed, {} failed, {} skipped; logs: {}\n", tally.passed, tally.failed,
               tally.skipped, stage.cluster().logs());
    return tally.failed == 0 ? 0 : 1;
}

}  // namespace dolmen::qa
