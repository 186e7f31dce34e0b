// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/runner.hpp"

#include <algorithm>
#include <cstdio>

#include "lib/audit.hpp"
#include "lib/join.hpp"
#include "scenarios/fresh_cluster.hpp"

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

bool starts_machines(const Family& family) {
    const std::vector<Scenario> scenarios = family.scenarios();
    return std::any_of(scenarios.begin(), scenarios.end(),
                       [](const Scenario& scenario) { return scenario.fresh.has_value(); });
}

class Player {
  public:
    explicit Player(const RunnerOptions& options)
        : options_(options),
          fresh_(options.cluster + "-fresh", options.images_file, options.iso),
          stage_(ControlClient(options.cluster)),
          fresh_stage_(ControlClient(fresh_.name())) {
        if (options.stay_home) {
            stage_.stay_home();
            fresh_stage_.stay_home();
        }
        if (options.spread_only) {
            stage_.spread_only();
        }
    }

    void play_all(const Family& family) {
        for (const Scenario& scenario : family.scenarios()) {
            if (scenario.promise.find(options_.match) != std::string::npos) {
                tally_.count(scenario.fresh ? play_on_fresh(scenario) : play_on_present(scenario));
            }
        }
    }
    [[nodiscard]] const Tally& tally() const { return tally_; }
    [[nodiscard]] std::string logs() const {
        return stage_.cluster().logs() + " and " + fresh_stage_.cluster().logs();
    }

  private:
    Verdict play_on_present(const Scenario& scenario) {
        Audit audit{stage_.cluster()};
        const Verdict verdict = play(scenario, stage_, audit);
        if (verdict == Verdict::kFailed && options_.restart) {
            restart(stage_.cluster());
        }
        return verdict;
    }
    // After a failure the next one gets a new cluster.
    Verdict play_on_fresh(const Scenario& scenario) {
        if (!fresh_.provide(*scenario.fresh)) {
            fmt::print("FAILED  {}\n        its machines do not come up, see above\n",
                       scenario.promise);
            std::fflush(stdout);
            return Verdict::kFailed;
        }
        Audit audit{fresh_stage_.cluster()};
        const Verdict verdict = play(scenario, fresh_stage_, audit);
        if (verdict == Verdict::kFailed) {
            fresh_.end();
        }
        return verdict;
    }

    const RunnerOptions& options_;
    FreshCluster fresh_;
    Stage stage_;
    Stage fresh_stage_;
    Tally tally_;
};

}  // namespace

int run_scenarios(const RunnerOptions& options) {
    Player player(options);
    bool known = false;
    for (const Family& family : families()) {
        // Without a name those that are about the cluster that is up.
        const bool wanted =
            options.family.empty() ? !starts_machines(family) : options.family == family.name;
        if (wanted) {
            known = true;
            player.play_all(family);
        }
    }
    if (!known) {
        fmt::print(stderr, "there is no family {}\n", options.family);
        return 2;
    }
    const Tally& tally = player.tally();
    fmt::print("{} passed, {} failed, {} skipped; logs: {}\n", tally.passed, tally.failed,
               tally.skipped, player.logs());
    return tally.failed == 0 ? 0 : 1;
}

}  // namespace dolmen::qa
