// SPDX-License-Identifier: GPL-2.0-only
// The reaper: makes the guests' file tree in its new namespaces, gives them to
// the kernel and then only exists.
#pragma once

#include "kapi/kernel.hpp"
#include "noded/container.hpp"

namespace dolmen::node {

// Writes "warning TEXT", then "ready" or "error TEXT" to `report`, a line each.
[[noreturn]] void run_reaper(const ContainerPlan& plan, kapi::Kernel& kernel, int report);

}  // namespace dolmen::node
