// SPDX-License-Identifier: GPL-2.0-only
#include "cli/table.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <array>
#include <cassert>

namespace dolmen::cli {
namespace {

// Characters, not bytes: a program's name may be UTF-8.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xc0) != 0x80; }));
}

void append_row(std::string& out, const std::vector<Column>& columns,
                const std::vector<std::size_t>& widths, const std::vector<std::string>& cells) {
    assert(cells.size() == columns.size());
    std::string line;
    for (std::size_t index = 0; index < cells.size(); ++index) {
        const std::string padding(widths[index] - width(cells[index]), ' ');
        if (index != 0)
            line += "  ";
        line += columns[index].right ? padding + cells[index] : cells[index] + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
}

}  // namespace

std::string print_table(const std::vector<Column>& columns,
                        const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    std::vector<std::string> titles;
    for (const Column& column : columns) {
        widths.push_back(width(column.title));
        titles.push_back(column.title);
    }
    for (const auto& row : rows)
        for (std::size_t index = 0; index < row.size(); ++index)
            widths[index] = std::max(widths[index], width(row[index]));
    std::string out;
    append_row(out, columns, widths, titles);
    for (const auto& row : rows)
        append_row(out, columns, widths, row);
    return out;
}

std::string human_bytes(std::uint64_t bytes) {
    constexpr std::array<char, 5> kUnits = {'K', 'M', 'G', 'T', 'P'};
    if (bytes < 1024)
        return fmt::format("{}", bytes);
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (value /= 1024; value >= 1023.5 && unit + 1 < kUnits.size(); value /= 1024)
        ++unit;
    const bool small = value < 9.95;
    return small ? fmt::format("{:.1f}{}", value, kUnits.at(unit))
                 : fmt::format("{:.0f}{}", value, kUnits.at(unit));
}

std::string human_seconds(std::uint64_t nanoseconds) {
    const std::uint64_t hundredths = nanoseconds / 10'000'000;
    return fmt::format("{}:{:02}.{:02}", hundredths / 6000, hundredths / 100 % 60,
                       hundredths % 100);
}

}  // namespace dolmen::cli
