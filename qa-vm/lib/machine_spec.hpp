// SPDX-License-Identifier: GPL-2.0-only
// MachineSpec: what a virtual machine is made of, and the QEMU command line for it.
#pragma once

#include <string>
#include <vector>

namespace dolmen::qa {

enum class Accelerator { kTcg, kKvm };

struct MachineSpec {
    std::string name;     // "head", "node1"...
    unsigned number = 1;  // 1..255, unique in the cluster: last byte of MAC address and UUID
    unsigned memory_mb = 1024;
    std::string kernel;
    std::string initrd;        // empty: none
    std::string root_image;    // read-only disk; empty: the machine has no disk
    std::string command_line;  // of the kernel
    std::string console_file;
    Accelerator accelerator = Accelerator::kTcg;
};

/// Descriptors that QEMU inherits, each one end of a connected pair of sockets; -1: not wanted.
struct MachineSockets {
    int qmp = -1;
    int agent = -1;
    int lan = -1;
};

/// 52:54:00:77:00:NN
[[nodiscard]] std::string mac_address(unsigned number);

[[nodiscard]] std::vector<std::string> qemu_command(const MachineSpec& spec,
                                                    const MachineSockets& sockets);

}  // namespace dolmen::qa
