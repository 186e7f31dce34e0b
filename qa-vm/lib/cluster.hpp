// SPDX-License-Identifier: GPL-2.0-only
// Starting a cluster: what its machines are, and the background process that owns them.
#pragma once

#include <base/result.hpp>
#include <string>
#include <vector>

#include "lib/cluster_paths.hpp"
#include "lib/images.hpp"
#include "lib/machine_spec.hpp"

namespace dolmen::qa {

struct ClusterOptions {
    std::string name = "default";
    Images images;
    // kDirect: the nodes too; else those boot from the network. kDisk: a plain Debian's
    Boot head_boot = Boot::kDirect;
    Firmware head_firmware = Firmware::kBios;
    Chipset head_chipset = Chipset::kQ35;
    NicModel head_nic = NicModel::kVirtio;
    bool head_disk = false;  // as node_disks
    bool solo = false;       // one machine that is head and node at once, no other; always kDirect
    unsigned nodes = 2;      // 0..200
    unsigned head_memory_mb = 2048;
    // Of the nodes, one after the other; when it is used up it starts anew.
    std::vector<unsigned> node_memory_mb{1024};
    std::vector<NicModel> node_nics{NicModel::kVirtio};
    std::vector<std::string> node_cpus{""};  // see MachineSpec
    std::string head_cpu;
    bool node_disks = false;        // a disk in each node, which nothing may write
    bool capture = false;           // what goes over the network is kept beside the consoles
    bool uplink = false;            // a second network, with a second card of the head in it
    std::string modules;            // directory with a dolmen.ko to be used; empty: the images' own
    std::string kernel_parameters;  // added to the command line of every machine
    Accelerator accelerator = Accelerator::kTcg;
    bool ends_with_caller = false;  // when the process that has started it ends, however it ends
};

/// The machines of a cluster, the head first.
[[nodiscard]] std::vector<MachineSpec> plan_machines(const ClusterOptions& options,
                                                     const ClusterPaths& paths);

/// Starts the supervisor in the background and returns when all QEMUs have been started.
/// EALREADY: a cluster of that name is running.
Result<> start_cluster(const ClusterOptions& options);

/// Ends it and waits until its supervisor has gone.
Result<> end_cluster(const std::string& name);

}  // namespace dolmen::qa
