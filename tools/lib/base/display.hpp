// SPDX-License-Identifier: GPL-2.0-only
// Texts and numbers as a screen shows them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dolmen {

// Harmless on any terminal, and as wide as it has bytes: control characters are left
// out, each character beyond ASCII is a '?'.
std::string printable(std::string_view text);

// At most `width` bytes; "..." at the end tells that something was cut.
std::string cut(const std::string& text, std::size_t width);

// "812 MB", "1.9 GB": units of 1024, with one digit behind the point where it tells.
std::string size_text(std::uint64_t bytes);

}  // namespace dolmen
