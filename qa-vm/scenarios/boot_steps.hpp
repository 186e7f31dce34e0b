// SPDX-License-Identifier: GPL-2.0-only
// What the scenarios about booting have in common.
#pragma once

#include <chrono>
#include <string>

#include "lib/boot_stage.hpp"
#include "lib/cluster_wait.hpp"
#include "lib/join.hpp"
#include "lib/pause.hpp"
#include "lib/screen_match.hpp"
#include "scenarios/scenario.hpp"

namespace dolmen::qa {

// Under emulation, with both processors busy.
inline constexpr std::chrono::milliseconds kHeadBootLimit{300000};
inline constexpr std::chrono::milliseconds kNodeBootLimit{240000};

/// Looks again and again until it holds; false at the end of `limit`.
template <class Condition>
bool await(std::chrono::milliseconds limit, Condition holds) {
    const Deadline deadline = Deadline::after(limit);
    while (!holds()) {
        if (deadline.passed()) {
            return false;
        }
        pause_between_looks();
    }
    return true;
}

/// What the machine has said on its serial console since its last start or reset.
[[nodiscard]] std::string console_of(const Stage& stage, const std::string& machine);

/// Waits until it has come as far as that, or further.
bool await_stage(Stage& stage, Findings& findings, const std::string& machine, BootStage wanted);

/// Waits until exactly so many nodes are up.
bool await_nodes(Stage& stage, Findings& findings, unsigned nodes,
                 std::chrono::milliseconds limit = kNodeBootLimit);

/// Waits until the head boots machines.
bool await_serving(Stage& stage, Findings& findings);

bool switch_on(Stage& stage, Findings& findings, const std::string& machine);
/// As pulling the plug; returns when the head knows.
void switch_off(Stage& stage, Findings& findings, const std::string& machine, unsigned nodes_left);

/// Waits until the machine's screen matches.
void await_screen(Stage& stage, Findings& findings, const std::string& machine,
                  const std::vector<std::string>& patterns, Extent extent);

/// Bytes that have gone over the cluster's switch.
[[nodiscard]] std::uint64_t lan_bytes(const Stage& stage);

/// dolmen doctor has no problem to tell of.
void doctor_is_content(Stage& stage, Findings& findings);

/// A parallel make on the head: its compilers run on every node, and it builds everything.
void compile_spreads(Stage& stage, Findings& findings);

}  // namespace dolmen::qa
