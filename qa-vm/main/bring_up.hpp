// SPDX-License-Identifier: GPL-2.0-only
// Starting a cluster and waiting for it, with a line of progress.
#pragma once

#include <chrono>
#include <string>

#include "lib/cluster.hpp"

namespace dolmen::qa {

struct BringUp {
    ClusterOptions cluster;
    std::string images_file;
    bool wait_for_nodes = true;  // until the head says that they have joined
    std::chrono::seconds limit{180};
};

/// Probes the accelerator, starts the cluster and waits. Exit status of qa-vm; on failure the ends
/// of the consoles have been printed.
[[nodiscard]] int bring_up(BringUp options);

/// The same, several times over, each time with an audit and then the end of the cluster; prints
/// how long each took. 1 if one of them failed: that one is left as it is.
[[nodiscard]] int bring_up_again(const BringUp& options, unsigned times);

}  // namespace dolmen::qa
