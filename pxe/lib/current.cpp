// SPDX-License-Identifier: GPL-2.0-only
// boot/current: which build machines boot, for nodes that run already and for a head of
// another build can do nothing but become it (tools/noded/boot_pointer.hpp).
#include "pxe/lib/render.hpp"

#include <fmt/core.h>

namespace dolmen::pxe {
namespace {

constexpr const char* kHeader = R"(# SPDX-License-Identifier: GPL-2.0-only
# Written by Dolmen (pxe/lib/current.cpp) from its boot plan: changes here are lost.
)";

}  // namespace

std::string current_file(const BootPlan& plan) {
    std::string text = kHeader;
    text += fmt::format("build={}\n", plan.build);
    text += fmt::format("kernel={}\n", boot_url(plan, plan.kernel));
    for (const std::string& initrd : plan.initrds)
        text += fmt::format("initrd={}\n", boot_url(plan, initrd));
    text += fmt::format("arguments={}\n", kernel_arguments(plan));
    return text;
}

}  // namespace dolmen::pxe
