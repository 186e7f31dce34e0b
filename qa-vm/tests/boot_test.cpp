// SPDX-License-Identifier: GPL-2.0-only
// Machines that their firmware starts: command lines, screens, consoles, disks.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <base/fd.hpp>
#include <base/file.hpp>
#include <string_view>

#include "lib/boot_stage.hpp"
#include "lib/cluster.hpp"
#include "lib/disk_image.hpp"
#include "lib/machine_spec.hpp"
#include "lib/screen.hpp"
#include "lib/screen_match.hpp"

using namespace dolmen;
using namespace dolmen::qa;

namespace {

const ClusterPaths kPaths{"/run/x", "/log/x"};

// Each option with its value, an option a line.
std::string lines_of(const std::vector<std::string>& command) {
    std::string lines;
    for (const std::string& word : command) {
        lines += (word.starts_with("-") ? "\n" : " ") + word;
    }
    return lines + "\n";
}

std::vector<MachineSpec> plan(ClusterOptions options) {
    options.images.iso = "/dolmen.iso";
    return plan_machines(options, kPaths);
}

std::string cells(std::u32string_view text) {
    std::string bytes;
    for (const char32_t c : text) {
        for (unsigned shift = 0; shift < 32; shift += 8) {
            bytes += static_cast<char>(c >> shift);
        }
    }
    return bytes;
}

}  // namespace

TEST_CASE("a head in BIOS mode boots from its CD drive") {
    ClusterOptions options;
    options.head_boot = Boot::kCd;
    const MachineSpec head = plan(options).at(0);
    CHECK("\n" + lines_of(qemu_command(head, {3, 4, 5, 6})) == R"(
 qemu-system-x86_64
-name dolmen-qa-head
-machine q35
-accel tcg,thread=multi
-cpu max
-smp 1
-m 2048
-uuid 52540077-0000-4000-8000-000000000001
-nodefaults
-no-user-config
-display none
-chardev file,id=console,path=/log/x/head.console,append=on
-serial chardev:console
-device virtio-rng-pci
-boot strict=on,reboot-timeout=5000
-vga std
-drive if=none,id=medium,format=raw,read-only=on,file.locking=off,file.filename=/dolmen.iso,media=cdrom
-device ide-cd,drive=medium,bus=ide.0,bootindex=0
-chardev socket,id=qmp,fd=3
-mon chardev=qmp,mode=control
-chardev socket,id=agent,fd=4
-device virtio-serial-pci
-device virtserialport,chardev=agent,name=org.dolmen.qa.0
-netdev stream,id=lan,server=off,addr.type=fd,addr.str=5
-device virtio-net-pci,netdev=lan,mac=52:54:00:77:00:01,romfile=
)");
}

TEST_CASE("a head in UEFI mode boots from a USB stick and has a second card") {
    ClusterOptions options;
    options.head_boot = Boot::kUsb;
    options.head_firmware = Firmware::kUefi;
    options.uplink = true;
    const std::string lines = lines_of(qemu_command(plan(options).at(0), {3, 4, 5, 6}));
    const std::string code =
        "\n-drive if=pflash,unit=0,format=raw,read-only=on,file.locking=off,"
        "file.filename=/usr/share/OVMF/OVMF_CODE_4M.fd\n";
    for (const char* line :
         {code.c_str(), "\n-drive if=pflash,unit=1,format=raw,file.filename=/run/x/head.firmware\n",
          "\n-device usb-storage,drive=medium,bus=usb.0,removable=on,bootindex=0\n",
          "\n-netdev stream,id=uplink,server=off,addr.type=fd,addr.str=6\n",
          "\n-device virtio-net-pci,netdev=uplink,mac=52:54:00:77:01:01,romfile=\n"}) {
        CHECK_MESSAGE(lines.find(line) != std::string::npos, line, " in ", lines);
    }
    CHECK(lines.find("-no-reboot") == std::string::npos);
}

TEST_CASE("nodes boot from the network by the ROM of their cards, and are off at first") {
    ClusterOptions options;
    options.head_boot = Boot::kCd;
    options.nodes = 3;
    options.node_nics = {NicModel::kE1000e, NicModel::kVmxnet3};
    options.node_memory_mb = {512, 1024};
    options.node_cpus = {"max,-avx2", ""};
    options.head_cpu = "Nehalem";
    options.node_disks = true;
    const auto machines = plan(options);
    REQUIRE(machines.size() == 4);
    CHECK(machines[0].starts_on);
    CHECK_FALSE(machines[1].starts_on);
    CHECK(machines[2].nic == NicModel::kVmxnet3);
    CHECK(machines[3].nic == NicModel::kE1000e);
    CHECK(machines[2].memory_mb == 1024);
    CHECK(machines[0].cpu == "Nehalem");
    CHECK(machines[2].cpu.empty());
    const std::string lines = lines_of(qemu_command(machines[1], {3, 4, 5, -1}));
    for (const char* line :
         {"\n-m 512\n", "\n-cpu max,-avx2\n", "\n-boot strict=on,reboot-timeout=5000\n",
          "\n-device e1000e,netdev=lan,mac=52:54:00:77:00:02,bootindex=0\n",
          "\n-drive if=none,id=disk,format=raw,file.locking=off,file.filename=/run/x/node1.disk\n",
          "\n-device ide-hd,drive=disk,bus=ide.1\n"}) {
        CHECK_MESSAGE(lines.find(line) != std::string::npos, line, " in ", lines);
    }
    CHECK(lines.find("romfile") == std::string::npos);
    CHECK(lines.find("-kernel") == std::string::npos);
}

TEST_CASE("what is booted directly is told its addresses") {
    ClusterOptions options;
    options.nodes = 200;
    const auto machines = plan(options);
    CHECK(machines[0].command_line.find(" dolmen.lan=direct") != std::string::npos);
    CHECK(machines[1].command_line.find(" dolmen.ip=10.77.0.101/24") != std::string::npos);
    CHECK(machines[154].command_line.find(" dolmen.ip=10.77.0.254/24") != std::string::npos);
    CHECK(machines[155].command_line.find(" dolmen.ip=10.77.0.2/24") != std::string::npos);
    CHECK(machines[1].starts_on);
}

TEST_CASE("names of network cards") {
    for (const NicModel model : {NicModel::kVirtio, NicModel::kE1000, NicModel::kE1000e,
                                 NicModel::kRtl8139, NicModel::kVmxnet3}) {
        CHECK(nic_model_from(to_string(model)) == model);
    }
    CHECK_FALSE(nic_model_from("ne2k"));
}

TEST_CASE("a console tells how far a machine is") {
    const std::string mark = "=== qa-vm: node1 start 1, which is a line of the harness's own\n";
    CHECK(boot_stage(mark) == BootStage::kFirmware);
    CHECK(boot_stage(mark + "\x1b[2J\x1b[1;1H") == BootStage::kFirmware);
    const std::string menu = mark + "\x1b[2J  Dolmen\n  Start this PC as a node (build 20261123)\n";
    CHECK(boot_stage(menu) == BootStage::kLoader);
    const std::string kernel = menu + "[    0.000000] Linux version 6.12.1\n[    0.1] x86/fpu\n";
    CHECK(boot_stage(kernel) == BootStage::kKernel);
    CHECK(has_run_linux(kernel));
    CHECK_FALSE(has_run_linux(menu));
    CHECK(boot_stage(kernel + "dolmen: asks for an address on eth0\n") == BootStage::kServices);
    CHECK(boot_stage(kernel + "[    9.1] systemd[1]: Detected virtualization qemu.\n") ==
          BootStage::kServices);
    // A kernel that is told to be quiet.
    const std::string quiet = menu + "[    1.449391] ata2.00: applying quirks: bridgeok\n";
    CHECK(boot_stage(quiet) == BootStage::kKernel);
    CHECK(boot_stage(menu + "dolmen: asking for an address on eth0\n") == BootStage::kServices);
    CHECK(boot_stage(menu + "[0;30;44m 1.5] [ 12] x [    1.44939] y\n") == BootStage::kLoader);
    CHECK(std::string(to_string(BootStage::kLoader, true)) == "boot menu");
    CHECK(std::string(to_string(BootStage::kServices, false)) == "joining");
}

TEST_CASE("the screen of Linux's console") {
    const std::string size("\x02\x05\x00\x00", 4);  // rows, columns, cursor
    const auto screen = screen_from_console(size, cells(std::u32string_view(U"a ü  \0· x ", 10)));
    REQUIRE(screen);
    CHECK(*screen == "a ü\n · x\n");
    CHECK_FALSE(screen_from_console("", ""));
    CHECK_FALSE(screen_from_console(std::string(4, '\0'), cells(U"abc")));
}

TEST_CASE("a screen is compared line by line, blanks do not count") {
    const std::string screen = "\n Network  eth0   10.77.0.1/24\n\n Nodes    2 up\n";
    CHECK(screen_matches(screen, {"Network e* 10.77.0.1/24", "Nodes 2 up"}, Extent::kWhole));
    CHECK_FALSE(screen_matches(screen, {"Nodes 2 up"}, Extent::kWhole));
    CHECK_FALSE(screen_matches(screen, {"Network *", "Nodes 2"}, Extent::kWhole));
    CHECK_FALSE(screen_matches(screen, {"Network *", "Nodes *", "Next *"}, Extent::kWhole));
    CHECK(screen_matches(screen, {"Nodes ? up"}, Extent::kInOrder));
    CHECK_FALSE(screen_matches(screen, {"Nodes *", "Network *"}, Extent::kInOrder));
    CHECK_FALSE(screen_matches("", {"Nodes *"}, Extent::kInOrder));
}

TEST_CASE("the screen in the memory of a VGA card") {
    std::string words = "00000000000b8000: 0x07610741 0x07c40720\r\n";
    for (int row = 0; row < 25 * 80 / 2 - 2; ++row) {
        words += "00000000000b8010: 0x07200720\r\n";
    }
    const auto screen = screen_from_text_memory(words);
    REQUIRE(screen);
    CHECK(*screen == "Aa ─\n");
    CHECK_FALSE(screen_from_text_memory("Cannot access memory"));
}

TEST_CASE("keys have the names that QEMU gives them") {
    CHECK(key_arguments("p") == R"({"keys":[{"data":"p","type":"qcode"}]})");
    CHECK(key_arguments("enter") == R"({"keys":[{"data":"ret","type":"qcode"}]})");
    CHECK(key_arguments("alt-f2") ==
          R"({"keys":[{"data":"alt","type":"qcode"},{"data":"f2","type":"qcode"}]})");
    CHECK_FALSE(key_arguments(""));
    CHECK_FALSE(key_arguments("ctrl-"));
}

TEST_CASE("a byte that was written to a node's disk is found") {
    const std::string file = "/tmp/dolmen-disk-test-" + std::to_string(::getpid());
    REQUIRE(make_disk(file, 2));
    CHECK(check_disk(file, 2));
    CHECK_FALSE(check_disk(file, 3));
    {
        const Result<Fd> disk = open_file(file, O_WRONLY);
        REQUIRE(disk);
        REQUIRE(::pwrite(disk->get(), "!", 1, 5000000) == 1);
    }
    const Result<> checked = check_disk(file, 2);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().to_string().find("at byte 5000000") != std::string::npos);
    ::unlink(file.c_str());
}
