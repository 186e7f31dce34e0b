// SPDX-License-Identifier: GPL-2.0-only
// qa-vm demo: a cluster to look at, for as long as one looks.
#pragma once

#include "lib/bring_up.hpp"

namespace dolmen::qa {

/// Brings the cluster up, gives a shell on its head or, with `story`, tells the story; then ends
/// the cluster. Exit status of qa-vm.
[[nodiscard]] int run_demo(const BringUp& options, bool story);

}  // namespace dolmen::qa
