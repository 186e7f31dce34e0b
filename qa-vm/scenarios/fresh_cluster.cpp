// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/fresh_cluster.hpp"

#include "lib/bring_up.hpp"

namespace dolmen::qa {

bool FreshCluster::provide(const Fresh& wanted) {
    if (present_ == wanted) {
        return true;
    }
    static_cast<void>(end_cluster(name_));  // also one of an earlier run that was cut off
    BringUp start;
    start.images_file = images_file_;
    start.iso = iso_;
    start.wait_for_nodes = wanted.nodes_on;
    start.foreign_dhcp = wanted.foreign_dhcp;
    start.cluster.name = name_;
    start.cluster.head_boot = wanted.boot;
    start.cluster.head_firmware = wanted.firmware;
    start.cluster.head_chipset = wanted.head_chipset;
    start.cluster.head_nic = wanted.head_nic;
    start.cluster.head_disk = wanted.head_disk;
    start.cluster.nodes = wanted.nodes;
    start.cluster.node_nics = wanted.nics;
    start.cluster.node_cpus = wanted.cpus;
    start.cluster.head_cpu = wanted.head_cpu;
    start.cluster.node_memory_mb = wanted.memory_mb;
    start.cluster.node_disks = true;
    start.cluster.uplink = wanted.uplink;
    start.cluster.ends_with_caller = true;
    present_ = wanted;
    if (bring_up(start) == 0) {
        return true;
    }
    end();
    return false;
}

void FreshCluster::end() {
    if (present_) {
        static_cast<void>(end_cluster(name_));
        present_.reset();
    }
}

}  // namespace dolmen::qa
