// SPDX-License-Identifier: GPL-2.0-only
// Whether KVM works here. That /dev/kvm opens and makes a machine proves nothing: only a kernel
// that has booted does.
#pragma once

#include <string>

#include "lib/machine_spec.hpp"

namespace dolmen::qa {

/// Boots `kernel` without anything to run, at most some seconds; remembers the result until the
/// host is booted anew. `memory` is a directory for that.
[[nodiscard]] Accelerator probe_accelerator(const std::string& kernel, const std::string& memory);

}  // namespace dolmen::qa
