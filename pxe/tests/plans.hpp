// SPDX-License-Identifier: GPL-2.0-only
// Plans for tests.
#pragma once

#include "pxe/lib/boot_plan.hpp"

namespace dolmen::pxe {

inline BootPlan full_plan() {
    BootPlan plan;
    plan.mode = DhcpMode::kFull;
    plan.interface = "eth1";
    plan.head = Ipv4{0x0a4d0001};                       // 10.77.0.1
    plan.range = {Ipv4{0x0a4d0014}, Ipv4{0x0a4d00fa}};  // .20 to .250
    plan.build = "b1";
    return plan;
}

}  // namespace dolmen::pxe
