// SPDX-License-Identifier: GPL-2.0-only
#include "lib/machine_spec.hpp"

#include <fmt/core.h>

#include <array>

namespace dolmen::qa {
namespace {

// A machine that found nothing to boot tries again, as most PCs do.
constexpr unsigned kBootAgainMilliseconds = 5000;

struct ModelNames {
    NicModel model;
    const char* name;
    const char* device;  // QEMU's
};

constexpr std::array<ModelNames, 5> kModels{{
    {NicModel::kVirtio, "virtio", "virtio-net-pci"},
    {NicModel::kE1000, "e1000", "e1000"},
    {NicModel::kE1000e, "e1000e", "e1000e"},
    {NicModel::kRtl8139, "rtl8139", "rtl8139"},
    {NicModel::kVmxnet3, "vmxnet3", "vmxnet3"},
}};

const ModelNames& names_of(NicModel model) {
    for (const ModelNames& names : kModels) {
        if (names.model == model) {
            return names;
        }
    }
    return kModels[0];
}

void add(std::vector<std::string>& command, const std::vector<std::string>& words) {
    command.insert(command.end(), words.begin(), words.end());
}

// A comma ends a value in QEMU's options unless it is doubled.
std::string escape_commas(const std::string& value) {
    std::string escaped;
    for (const char c : value) {
        escaped.append(c == ',' ? 2 : 1, c);
    }
    return escaped;
}

// Several clusters may share a file that is never written, so it needs no lock.
std::string read_only_drive(const std::string& id, const std::string& file) {
    return fmt::format(
        "if=none,id={},format=raw,read-only=on,file.locking=off,"
        "file.filename={}",
        id, escape_commas(file));
}

// What is written to it is gone with the machine; the file stays as it is.
std::string forgetful_drive(const std::string& id, const std::string& file) {
    return fmt::format("if=none,id={},format=raw,snapshot=on,file.locking=off,file.filename={}", id,
                       escape_commas(file));
}

void add_kernel(std::vector<std::string>& command, const MachineSpec& spec) {
    // A system that wants to start anew ends the machine: what is loaded is not the firmware's.
    add(command, {"-no-reboot", "-kernel", spec.kernel, "-append", spec.command_line});
    if (!spec.initrd.empty()) {
        add(command, {"-initrd", spec.initrd});
    }
    if (!spec.root_image.empty()) {
        add(command, {"-drive",
                      spec.boot == Boot::kDisk ? forgetful_drive("root", spec.root_image)
                                               : read_only_drive("root", spec.root_image),
                      "-device", "virtio-blk-pci,drive=root"});
    }
}

void add_firmware(std::vector<std::string>& command, const MachineSpec& spec) {
    // Only what has a bootindex is booted: never the disk.
    add(command, {"-boot", fmt::format("strict=on,reboot-timeout={}", kBootAgainMilliseconds),
                  "-vga", "std"});
    if (spec.firmware == Firmware::kUefi) {
        add(command, {"-drive",
                      fmt::format("if=pflash,unit=0,format=raw,read-only=on,file.locking=off,"
                                  "file.filename={}",
                                  kUefiCode),
                      "-drive",
                      fmt::format("if=pflash,unit=1,format=raw,file.filename={}",
                                  escape_commas(spec.firmware_variables))});
    }
    if (spec.boot == Boot::kCd) {
        add(command, {"-drive", read_only_drive("medium", spec.medium) + ",media=cdrom", "-device",
                      "ide-cd,drive=medium,bus=ide.0,bootindex=0"});
    } else if (spec.boot == Boot::kUsb) {
        add(command,
            {"-drive", read_only_drive("medium", spec.medium), "-device", "qemu-xhci,id=usb",
             "-device", "usb-storage,drive=medium,bus=usb.0,removable=on,bootindex=0"});
    }
}

// The ROM costs start-up time where nothing is booted from the network; where something is, QEMU
// knows which one belongs to the card.
void add_card(std::vector<std::string>& command, const MachineSpec& spec, const char* backend,
              int socket, const std::string& mac, bool boots) {
    add(command, {"-netdev",
                  fmt::format("stream,id={},server=off,addr.type=fd,addr.str={}", backend, socket),
                  "-device",
                  fmt::format("{},netdev={},mac={},{}", names_of(spec.nic).device, backend, mac,
                              boots ? "bootindex=0" : "romfile=")});
}

}  // namespace

const char* to_string(Boot boot) {
    switch (boot) {
        case Boot::kDirect:
            return "direct";
        case Boot::kCd:
            return "cd";
        case Boot::kUsb:
            return "usb";
        case Boot::kDisk:
            return "disk";
        case Boot::kNetwork:
            return "network";
    }
    return "";
}

const char* to_string(NicModel model) {
    return names_of(model).name;
}

std::optional<NicModel> nic_model_from(const std::string& name) {
    for (const ModelNames& names : kModels) {
        if (name == names.name) {
            return names.model;
        }
    }
    return std::nullopt;
}

std::string mac_address(unsigned number) {
    return fmt::format("52:54:00:77:00:{:02x}", number & 0xff);
}

std::string uplink_mac_address(unsigned number) {
    return fmt::format("52:54:00:77:01:{:02x}", number & 0xff);
}

std::vector<std::string> qemu_command(const MachineSpec& spec, const MachineSockets& sockets) {
    const bool kvm = spec.accelerator == Accelerator::kKvm;
    std::vector<std::string> command{
        "qemu-system-x86_64",
        "-name",
        "dolmen-qa-" + spec.name,
        "-machine",
        spec.chipset == Chipset::kQ35 ? "q35" : "pc",
        "-accel",
        kvm ? "kvm" : "tcg,thread=multi",
        "-cpu",
        !spec.cpu.empty() ? spec.cpu
        : kvm             ? "host"
                          : "max",
        "-smp",
        "1",
        "-m",
        std::to_string(spec.memory_mb),
        "-uuid",
        fmt::format("52540077-0000-4000-8000-{:012x}", spec.number),
        "-nodefaults",
        "-no-user-config",
        "-display",
        "none",
        "-chardev",
        fmt::format("file,id=console,path={},append=on", escape_commas(spec.console_file)),
        "-serial",
        "chardev:console",
    };
    if (spec.chipset == Chipset::kQ35) {
        add(command, {"-device", "virtio-rng-pci"});
    }
    if (has_firmware(spec)) {
        add_firmware(command, spec);
    } else {
        add_kernel(command, spec);
    }
    if (!spec.disk.empty()) {
        // As in most PCs. No lock: what is on it is looked at while the machine runs.
        add(command, {"-drive",
                      fmt::format("if=none,id=disk,format=raw,file.locking=off,file.filename={}",
                                  escape_commas(spec.disk)),
                      "-device", "ide-hd,drive=disk,bus=ide.1"});
    }
    if (sockets.qmp >= 0) {
        add(command, {"-chardev", fmt::format("socket,id=qmp,fd={}", sockets.qmp), "-mon",
                      "chardev=qmp,mode=control"});
    }
    if (sockets.agent >= 0) {
        add(command,
            {"-chardev", fmt::format("socket,id=agent,fd={}", sockets.agent), "-device",
             "virtio-serial-pci", "-device", "virtserialport,chardev=agent,name=org.dolmen.qa.0"});
    }
    if (sockets.lan >= 0) {
        add_card(command, spec, kLanBackend, sockets.lan, mac_address(spec.number),
                 spec.boot == Boot::kNetwork);
        if (!spec.capture_file.empty()) {
            add(command, {"-object", fmt::format("filter-dump,id=capture,netdev={},file={}",
                                                 kLanBackend, escape_commas(spec.capture_file))});
        }
    }
    if (spec.uplink && sockets.uplink >= 0) {
        add_card(command, spec, kUplinkBackend, sockets.uplink, uplink_mac_address(spec.number),
                 false);
    }
    return command;
}

}  // namespace dolmen::qa
