// SPDX-License-Identifier: GPL-2.0-only
#include "lib/machine_spec.hpp"

#include <fmt/core.h>

namespace dolmen::qa {
namespace {

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

}  // namespace

std::string mac_address(unsigned number) {
    return fmt::format("52:54:00:77:00:{:02x}", number & 0xff);
}

std::vector<std::string> qemu_command(const MachineSpec& spec, const MachineSockets& sockets) {
    const bool kvm = spec.accelerator == Accelerator::kKvm;
    std::vector<std::string> command{
        "qemu-system-x86_64",
        "-name",
        "dolmen-qa-" + spec.name,
        "-machine",
        "q35",
        "-accel",
        kvm ? "kvm" : "tcg,thread=multi",
        "-cpu",
        kvm ? "host" : "max",
        "-smp",
        "1",
        "-m",
        std::to_string(spec.memory_mb),
        "-uuid",
        fmt::format("52540077-0000-4000-8000-{:012x}", spec.number),
        "-nodefaults",
        "-no-user-config",
        "-no-reboot",
        "-display",
        "none",
        "-kernel",
        spec.kernel,
        "-append",
        spec.command_line,
        "-chardev",
        fmt::format("file,id=console,path={},append=on", escape_commas(spec.console_file)),
        "-serial",
        "chardev:console",
        // Without it a boot waits for entropy.
        "-device",
        "virtio-rng-pci",
    };
    if (!spec.initrd.empty()) {
        add(command, {"-initrd", spec.initrd});
    }
    if (!spec.root_image.empty()) {
        // Several clusters may share the image: it is never written, so it needs no lock.
        add(command, {"-drive",
                      fmt::format("if=none,id=root,format=raw,read-only=on,file.locking=off,"
                                  "file.filename={}",
                                  escape_commas(spec.root_image)),
                      "-device", "virtio-blk-pci,drive=root"});
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
        // No boot ROM: the machine is given its kernel, and the ROM costs start-up time.
        add(command,
            {"-netdev",
             fmt::format("stream,id=lan,server=off,addr.type=fd,addr.str={}", sockets.lan),
             "-device",
             fmt::format("virtio-net-pci,netdev=lan,mac={},romfile=", mac_address(spec.number))});
    }
    return command;
}

}  // namespace dolmen::qa
