// SPDX-License-Identifier: GPL-2.0-only
// The kinds of firmware that a node can start from, and what each gets.
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

// All that the loaders fetch by TFTP, and where Debian has it.
struct LoaderFile {
    const char* name;
    const char* source;
};

inline constexpr LoaderFile kLoaderFiles[] = {
    {"lpxelinux.0", "/usr/lib/PXELINUX/lpxelinux.0"},
    {"ldlinux.c32", "/usr/lib/syslinux/modules/bios/ldlinux.c32"},
    {"menu.c32", "/usr/lib/syslinux/modules/bios/menu.c32"},
    // menu.c32 is linked with it
    {"libutil.c32", "/usr/lib/syslinux/modules/bios/libutil.c32"},
};

}  // namespace dolmen::pxe
