// SPDX-License-Identifier: GPL-2.0-only
// Starting a cluster and waiting for it, with a line of progress.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "lib/cluster.hpp"

namespace dolmen::qa {

struct BringUp {
    ClusterOptions cluster;
    std::string images_file;
    std::string iso;  // medium to boot instead of the one of the images
    // Until the head says that they have joined. Where nodes boot from the network they stay off
    // without it.
    bool wait_for_nodes = true;
    // Somebody else's DHCP server, there from the start, in "lan" or "uplink"; empty: none.
    std::string foreign_dhcp;
    std::optional<std::chrono::seconds> limit;  // else what is right for the way they boot
};

/// Probes the accelerator, starts the cluster and waits. Exit status of qa-vm; on failure the ends
/// of the consoles have been printed.
[[nodiscard]] int bring_up(BringUp options);

/// The same, several times over, each time with an audit and then the end of the cluster; prints
/// how long each took. 1 if one of them failed: that one is left as it is.
[[nodiscard]] int bring_up_again(const BringUp& options, unsigned times);

}  // namespace dolmen::qa
