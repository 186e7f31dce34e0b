// SPDX-License-Identifier: GPL-2.0-only
// Waiting until a cluster that has been started is up, and telling meanwhile how far it is.
#pragma once

#include <base/clock.hpp>
#include <string>

#include "lib/control_client.hpp"
#include "lib/progress.hpp"

namespace dolmen::qa {

struct ClusterWait {
    unsigned nodes = 0;  // that are to join
    bool for_nodes = true;
    Deadline deadline;
};

/// All machines are on and are booted by QEMU.
Result<> wait_for_direct_cluster(const ControlClient& client, const ClusterWait& wait,
                                 Progress& progress);

/// The head boots from its medium; the nodes are switched on when it serves them.
Result<> wait_for_booted_cluster(const ControlClient& client, const ClusterWait& wait,
                                 Progress& progress);

/// The head gives addresses and boot files: the units for it run. false: not (yet), or it does not
/// answer.
[[nodiscard]] bool head_serves(const ControlClient& client);

/// Where a machine is, in words: "kernel", "joining", "ready"...
[[nodiscard]] std::string words_for(const MachineStatus& machine);

}  // namespace dolmen::qa
