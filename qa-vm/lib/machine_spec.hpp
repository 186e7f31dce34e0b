// SPDX-License-Identifier: GPL-2.0-only
// MachineSpec: what a virtual machine is made of, and the QEMU command line for it.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace dolmen::qa {

enum class Accelerator { kTcg, kKvm };

// Where a machine gets its system from.
enum class Boot {
    kDirect,   // QEMU puts kernel and initrd into memory; the firmware has nothing to look for
    kCd,       // from a medium in its CD drive
    kUsb,      // from the same medium as a USB stick
    kDisk,     // from its own disk; QEMU stands in for the boot loader
    kNetwork,  // by its firmware and the boot ROM of its network card
};

/// "direct", "cd", "usb", "disk", "network".
[[nodiscard]] const char* to_string(Boot boot);

enum class Firmware { kBios, kUefi };

// What QEMU builds around the processor.
enum class Chipset {
    kQ35,    // of today: PCI Express, AHCI, and a source of random numbers
    kI440fx  // of 1996, as many virtual machines still have it: PCI, IDE, none
};

enum class NicModel { kVirtio, kE1000, kE1000e, kRtl8139, kVmxnet3 };

/// "virtio", "e1000", "e1000e", "rtl8139", "vmxnet3".
[[nodiscard]] const char* to_string(NicModel model);
[[nodiscard]] std::optional<NicModel> nic_model_from(const std::string& name);

struct MachineSpec {
    std::string name;     // "head", "node1"...
    unsigned number = 1;  // 1..255, unique in the cluster: last byte of MAC address and UUID
    unsigned memory_mb = 1024;
    Boot boot = Boot::kDirect;
    std::string kernel;        // kDirect and kDisk, as the next three
    std::string initrd;        // empty: none
    std::string root_image;    // never written; empty: the machine has no such disk
    std::string command_line;  // of the kernel
    std::string medium;        // kCd, kUsb: the ISO image, never written
    Firmware firmware = Firmware::kBios;
    std::string firmware_variables;  // kUefi: the file that this machine's own are kept in
    std::string disk;                // raw image that the machine could write; empty: it has none
    Chipset chipset = Chipset::kQ35;
    NicModel nic = NicModel::kVirtio;
    std::string cpu;        // model and features as QEMU has them; empty: all it can do
    bool uplink = false;    // a second card, in the cluster's second network
    bool starts_on = true;  // else it is switched on later
    std::string console_file;
    std::string capture_file;  // where its frames of the cluster's network go; empty: nowhere
    Accelerator accelerator = Accelerator::kTcg;
};

/// It is started by its firmware: it may reset itself, and has a screen and a keyboard.
[[nodiscard]] inline bool has_firmware(const MachineSpec& spec) {
    return spec.boot != Boot::kDirect && spec.boot != Boot::kDisk;
}

/// Descriptors that QEMU inherits, each one end of a connected pair of sockets; -1: not wanted.
struct MachineSockets {
    int qmp = -1;
    int agent = -1;
    int lan = -1;
    int uplink = -1;
};

// Names of the network backends, for QMP.
inline constexpr const char* kLanBackend = "lan";
inline constexpr const char* kUplinkBackend = "uplink";

/// 52:54:00:77:00:NN
[[nodiscard]] std::string mac_address(unsigned number);
/// 52:54:00:77:01:NN, of the second card
[[nodiscard]] std::string uplink_mac_address(unsigned number);

[[nodiscard]] std::vector<std::string> qemu_command(const MachineSpec& spec,
                                                    const MachineSockets& sockets);

// OVMF as Debian's package installs it: its code, and the variables of a new machine.
inline constexpr const char* kUefiCode = "/usr/share/OVMF/OVMF_CODE_4M.fd";
inline constexpr const char* kUefiVariables = "/usr/share/OVMF/OVMF_VARS_4M.fd";

}  // namespace dolmen::qa
