// SPDX-License-Identifier: GPL-2.0-only
// A BootPlan written in TOML, for looking at what would be served and for tests.
#pragma once

#include "pxe/lib/boot_plan.hpp"

namespace dolmen::pxe {

// Keys are the members of BootPlan; `mode` is "off", "proxy" or "full", `head` has
// the length of the network ("10.77.0.1/24"), `range` is a pair of addresses. What
// is not there keeps its default. EINVAL, with line and key: unknown key, wrong
// type. Whether the plan makes sense is for check().
Result<BootPlan> parse_plan(const std::string& toml);

}  // namespace dolmen::pxe
