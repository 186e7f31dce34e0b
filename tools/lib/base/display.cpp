// SPDX-License-Identifier: GPL-2.0-only
#include "base/display.hpp"

#include <fmt/core.h>
#include <array>

namespace dolmen {

std::string printable(std::string_view text) {
    std::string shown;
    for (std::size_t index = 0; index < text.size(); ++index) {
        const auto byte = static_cast<unsigned char>(text[index]);
        if (byte >= 0x20 && byte < 0x7f) {
            shown += static_cast<char>(byte);
        } else if (byte == 0xc2 && index + 1 < text.size() &&
                   static_cast<unsigned char>(text[index + 1]) < 0xa0) {
            // U+0080 to U+009F: control characters, too. Some terminals obey them.
            ++index;
        } else if (byte >= 0xc0) {
            // The first byte of a character stands for those that go on with it.
            shown += '?';
        }
    }
    return shown;
}

std::string cut(const std::string& text, std::size_t width) {
    constexpr std::string_view kDots = "...";
    if (text.size() <= width)
        return text;
    if (width <= kDots.size())
        return text.substr(0, width);
    return text.substr(0, width - kDots.size()).append(kDots);
}

std::string size_text(std::uint64_t bytes) {
    constexpr std::array<const char*, 4> kUnits = {"KB", "MB", "GB", "TB"};
    double value = static_cast<double>(bytes) / 1024;
    std::size_t unit = 0;
    for (; value >= 1023.5 && unit + 1 < kUnits.size(); value /= 1024)
        ++unit;
    const bool fraction = unit >= 2 && value < 99.95;
    return fraction ? fmt::format("{:.1f} {}", value, kUnits.at(unit))
                    : fmt::format("{:.0f} {}", value, kUnits.at(unit));
}

}  // namespace dolmen
