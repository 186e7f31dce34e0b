// SPDX-License-Identifier: GPL-2.0-only
// Stage: a running cluster as a scenario sees it.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "lib/remote_command.hpp"

namespace dolmen::qa {

// Where a program and all that it starts may run.
enum class Way {
    kLocal,   // dolmen local: nothing leaves the head
    kNode,    // dolmen run --on the first node
    kSpread,  // dolmen spread
};
[[nodiscard]] const char* to_string(Way way);

struct Ran {
    int status = 0;  // as a shell tells it
    std::string output;
    std::string error;
    std::string files;  // what its directory holds afterwards, with checksums
    bool timed_out = false;
};

/// What the kernel has counted for the nodes (not the head), summed over all of them.
struct NodeCounts {
    long placed = 0;
    long forked = 0;
    long went_home = 0;
    [[nodiscard]] long bodies() const { return placed + forked; }
};

class Stage {
  public:
    explicit Stage(ControlClient cluster) : cluster_(std::move(cluster)) {}

    [[nodiscard]] const ControlClient& cluster() const { return cluster_; }

    /// A shell script as user demo in a session of the cluster, in an empty directory of that
    /// user's home that is the same every time.
    Ran shell(Way way, const std::string& script, std::chrono::milliseconds limit = kScriptLimit,
              const std::string& input = "");
    /// ... as another user, who has a session of the cluster, too.
    Ran shell_as(const std::string& user, Way way, const std::string& script,
                 std::chrono::milliseconds limit = kScriptLimit, const std::string& input = "");
    /// As root on the head, outside of any session of the cluster; for looking at things.
    Ran look(const std::string& script, std::chrono::milliseconds limit = kScriptLimit);
    /// As root on any machine of the harness, by its busybox: nodes have no shell to speak of.
    Ran look_at(const std::string& machine, std::vector<std::string> argv,
                const std::string& input = "");
    /// The request of shell(), to be run by other means (on a terminal, in the background).
    [[nodiscard]] Request request(Way way, const std::string& script) const;
    /// Everything stays on the head from now on, whatever way is asked for: what a scenario finds
    /// then is its own fault.
    void stay_home() { stay_home_ = true; }
    [[nodiscard]] bool stays_home() const { return stay_home_; }
    /// Scripts run spread alone, with nothing to compare them with, and what is repeated is
    /// repeated twenty times: for the debug flavour of the kernel, whose own watching is the judge.
    void spread_only() { spread_only_ = true; }
    [[nodiscard]] bool is_spread_only() const { return spread_only_; }
    /// A limit for what is no promise: that flavour is ten times slower. shell(), look() and their
    /// kin take it by themselves.
    [[nodiscard]] std::chrono::milliseconds patient(std::chrono::milliseconds limit) const {
        return spread_only_ ? limit * kPatience : limit;
    }
    /// Empties the directory of shell().
    void clear();

    [[nodiscard]] NodeCounts counts();
    /// How often a running program was moved to a node, as the kernel has counted.
    [[nodiscard]] long moves();
    /// Name of the first node that is up, as the head knows it; empty if there is none.
    [[nodiscard]] std::string first_node();
    /// The machine of the harness that has joined under this name; empty if there is none.
    [[nodiscard]] std::string machine_of(const std::string& node);

    static constexpr std::chrono::milliseconds kScriptLimit{90000};
    static constexpr const char* kDirectory = "/home/demo/scenario";

  private:
    static constexpr int kPatience = 6;

    Ran run(const std::string& machine, const Request& request, std::chrono::milliseconds limit,
            const std::string& input);

    ControlClient cluster_;
    bool stay_home_ = false;
    bool spread_only_ = false;
};

}  // namespace dolmen::qa
