// SPDX-License-Identifier: GPL-2.0-only
#include "console/painter.hpp"

#include <fmt/core.h>

namespace dolmen::console {
namespace {

const char* style_code(Style style) {
    switch (style) {
        case Style::kPlain:
            break;
        case Style::kTitle:
            return "\x1b[0;7m";
        case Style::kStrong:
            return "\x1b[0;1m";
        case Style::kWarning:
            return "\x1b[0;1;33m";
    }
    return "\x1b[0m";
}

}  // namespace

std::string Painter::begin() {
    // Cursor off; no line wrap, so that the last column does not scroll the screen; the
    // screen never goes dark; clear.
    return "\x1b[?25l\x1b[?7l\x1b[9;0]\x1b[14;0]\x1b[0m\x1b[2J";
}

std::string Painter::paint(const std::vector<Line>& lines, bool all) {
    std::string bytes;
    for (std::size_t row = 0; row < lines.size(); ++row) {
        const Line& line = lines[row];
        if (!all && row < shown_.size() && shown_[row] == line)
            continue;
        // Cleared first: behind a full line the cursor stands on its last character.
        bytes += fmt::format("\x1b[{};1H\x1b[0m\x1b[K{}{}\x1b[0m", row + 1, style_code(line.style),
                             line.text);
    }
    shown_ = lines;
    return bytes;
}

}  // namespace dolmen::console
