// SPDX-License-Identifier: GPL-2.0-only
// How far a machine has come that is started by its firmware, as its serial console shows it.
#pragma once

#include <string>
#include <string_view>

namespace dolmen::qa {

enum class BootStage {
    kFirmware,  // nothing has been said yet: firmware and network ROMs do not use the serial line
    kLoader,    // a boot menu or what it loads
    kKernel,    // Linux
    kServices,  // the head's first services; a node looks for the head and joins
};

/// `console`: what was said since the machine's last start or reset.
[[nodiscard]] BootStage boot_stage(std::string_view console);
/// "firmware", "boot menu" or "loader", "kernel", "services" or "joining".
[[nodiscard]] const char* to_string(BootStage stage, bool head);

/// Linux has run since the machine's last start or reset.
[[nodiscard]] bool has_run_linux(std::string_view console);

}  // namespace dolmen::qa
