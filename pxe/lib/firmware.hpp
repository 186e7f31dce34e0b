// SPDX-License-Identifier: GPL-2.0-only
// The kinds of firmware and boot ROMs that a node can start from, and what each gets.
#pragma once

#include <cstdint>

namespace dolmen::pxe {

struct Firmware {
    std::uint16_t architecture;  // DHCP option 93 (RFC 4578)
    const char* tag;             // dnsmasq's tag for it; several architectures may share one
    const char* service;         // its name in dnsmasq's pxe-service
    const char* loader;          // the first file it fetches, below the root of TFTP
};

// Only BIOS so far. UEFI will be more rows ({7, "efi64", "x86-64_EFI", ...}, and 9
// for firmware that counts otherwise) and a loader that finds its own pointer file.
inline constexpr Firmware kFirmwares[] = {
    {0, "bios", "x86PC", "lpxelinux.0"},
};

// A boot ROM that needs another loader than its firmware would get.
struct Rom {
    const char* firmware;  // tag of the firmware it belongs to
    const char* tag;       // dnsmasq's tag for it
    const char* begins;    // its DHCP option 175, which is iPXE's own, begins so; * is any byte
    const char* loader;    // what it gets instead
};

// lpxelinux.0 drives the card through the ROM by interrupts, which iPXE on a virtio card
// loses for ever once its eight receive buffers are full: it stands still in the middle of
// a file (docs/results/2026-11-23-cold-and-boot.md). pxelinux.0 reads the same menu and has
// iPXE fetch the files. Known by bus PCI (1) and vendor 1af4.
inline constexpr Rom kRoms[] = {
    {"bios", "ipxe-virtio", "b1:05:01:1a:f4:*:*", "pxelinux.0"},
};

// All that the loaders fetch by TFTP, and where Debian has it.
struct LoaderFile {
    const char* name;
    const char* source;
};

inline constexpr LoaderFile kLoaderFiles[] = {
    {"lpxelinux.0", "/usr/lib/PXELINUX/lpxelinux.0"},
    {"pxelinux.0", "/usr/lib/PXELINUX/pxelinux.0"},
    {"ldlinux.c32", "/usr/lib/syslinux/modules/bios/ldlinux.c32"},
    {"menu.c32", "/usr/lib/syslinux/modules/bios/menu.c32"},
    // menu.c32 is linked with it
    {"libutil.c32", "/usr/lib/syslinux/modules/bios/libutil.c32"},
};

}  // namespace dolmen::pxe
