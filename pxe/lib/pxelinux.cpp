// SPDX-License-Identifier: GPL-2.0-only
// pxelinux.cfg/default: what a BIOS machine loads once it has PXELINUX.
#include "pxe/lib/render.hpp"

#include <fmt/core.h>

namespace dolmen::pxe {
namespace {

constexpr const char* kMenu = R"(# SPDX-License-Identifier: GPL-2.0-only
# Written by Dolmen (pxe/lib/pxelinux.cpp) from its boot plan: changes here are lost.

SERIAL 0 115200
# The menu comes back when something could not be fetched, and counts down again,
# for ever.
UI menu.c32
# In tenths of a second.
TIMEOUT 50
# No way out of the menu to a "boot:" prompt, which would wait for a key: neither by
# Esc, which a serial line may just receive, nor when the menu could not be loaded.
ALLOWOPTIONS 0
NOESCAPE 1
MENU TITLE Dolmen
MENU AUTOBOOT This PC becomes a node in # second{{,s}}; its disks are not written

LABEL node
    MENU LABEL Start this PC as a node (build {build})
    LINUX {kernel}
    INITRD {initrds}
    APPEND {arguments}
    # BOOTIF=: the network card it came from.
    SYSAPPEND 2
)";

constexpr std::string_view kKernelLine = "\n    LINUX http://";

}  // namespace

std::string pxelinux_config(const BootPlan& plan) {
    std::string initrds;
    for (const std::string& initrd : plan.initrds)
        initrds += (initrds.empty() ? "" : ",") + boot_url(plan, initrd);
    return fmt::format(kMenu, fmt::arg("build", plan.build),
                       fmt::arg("kernel", boot_url(plan, plan.kernel)),
                       fmt::arg("initrds", initrds), fmt::arg("arguments", kernel_arguments(plan)));
}

std::optional<std::string> build_of_pxelinux_config(const std::string& text) {
    const auto line = text.find(kKernelLine);
    if (line == std::string::npos)
        return std::nullopt;
    const std::string url = text.substr(line + 1, text.find('\n', line + 1) - line - 1);
    const std::string marker = build_path("");
    const auto begin = url.find(marker);
    if (begin == std::string::npos)
        return std::nullopt;
    const std::string path = url.substr(begin + marker.size());
    const std::string build = path.substr(0, path.find('/'));
    return is_name(build) ? std::optional(build) : std::nullopt;
}

}  // namespace dolmen::pxe
