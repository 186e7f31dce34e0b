// SPDX-License-Identifier: GPL-2.0-only
// qa-vm bench: ratios against what one would use without Dolmen, measured in the same run.
#pragma once

#include "lib/bring_up.hpp"

namespace dolmen::qa {

/// Brings up a head and one node, measures, prints a table and ends the cluster. Exit status of
/// qa-vm: 1 if a bar was missed.
[[nodiscard]] int run_bench(BringUp options);

}  // namespace dolmen::qa
