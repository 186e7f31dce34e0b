// SPDX-License-Identifier: GPL-2.0-only
// The files of /proc and /sys that tell of the whole cluster.
#pragma once

#include "base/result.hpp"

namespace dolmen::daemon {

// Puts the module's files over those of /proc and /sys that tell of the size
// and load of the machine (ssi-modules/view/README.md has the list). What is
// covered already stays so; the mounts outlive the daemon. All are tried; the
// first error is returned. ENOENT: the module is not loaded.
Result<> mount_view();

}  // namespace dolmen::daemon
