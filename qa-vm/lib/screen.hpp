// SPDX-License-Identifier: GPL-2.0-only
// What stands on a machine's screen, as text, and the keys of its keyboard.
#pragma once

#include <base/result.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "lib/control_client.hpp"
#include "lib/qmp.hpp"

namespace dolmen::qa {

/// From the contents of Linux's /dev/vcsa (of which only the size of the screen is taken) and
/// /dev/vcsu (its characters). Lines without the blanks at their ends; UTF-8.
[[nodiscard]] Result<std::string> screen_from_console(std::string_view vcsa, std::string_view vcsu);

/// From the memory of a VGA card in text mode, 80 x 25, as the monitor's "xp" prints it in words
/// of four bytes.
[[nodiscard]] Result<std::string> screen_from_text_memory(std::string_view words);

/// Arguments of QMP's "send-key": "p", "enter", "ctrl-alt-f2".
[[nodiscard]] Result<std::string> key_arguments(const std::string& key);

/// The text screen as the card has it: firmware, boot loaders, Linux without a frame buffer. Fails
/// in a graphics mode. The machine is stopped for a moment unless `stopped`. A file whose
/// name starts with `prefix` is there for that time.
Result<std::string> read_text_screen(Qmp& qmp, const std::string& prefix, bool stopped);

/// Asks the machine itself if its agent answers, else QEMU.
Result<std::string> read_screen(const ControlClient& cluster, const std::string& machine);

}  // namespace dolmen::qa
