// SPDX-License-Identifier: GPL-2.0-only
// What the head says about its nodes.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "lib/control_client.hpp"

namespace dolmen::qa {

/// Nodes other than the head that are up, in the output of `dolmen nodes --json`.
/// nullopt: it is not what that command prints.
[[nodiscard]] std::optional<unsigned> count_joined(const std::string& nodes_json);

/// Asks the head. nullopt: it cannot tell yet.
[[nodiscard]] std::optional<unsigned> joined_nodes(const ControlClient& cluster);

/// Waits until so many nodes are up. ETIMEDOUT.
Result<> wait_for_nodes(const ControlClient& cluster, unsigned nodes,
                        std::chrono::milliseconds limit);

}  // namespace dolmen::qa
