// SPDX-License-Identifier: GPL-2.0-only
#include "lib/boot_stage.hpp"

#include <algorithm>
#include <array>

namespace dolmen::qa {
namespace {

constexpr std::string_view kLinux = "Linux version ";
// What programs of ours say on a console starts with it.
constexpr std::string_view kOurs = "dolmen: ";
// Said by what the kernel starts: systemd, the initramfs of Debian live, our own programs.
constexpr std::array<std::string_view, 4> kAfterTheKernel{"systemd[1]:", "Welcome to ", kOurs,
                                                          "dolmen-noded"};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// "[    1.449391] ata2.00: ...": a quiet kernel says nothing before something is wrong.
bool has_kernel_stamp(std::string_view line) {
    std::size_t at = 1;
    const auto skip = [&](auto takes) {
        const std::size_t start = at;
        while (at < line.size() && takes(line[at])) {
            ++at;
        }
        return at - start;
    };
    if (!line.starts_with('[')) {
        return false;
    }
    skip([](char c) { return c == ' '; });
    const bool seconds = skip(is_digit) > 0 && at < line.size() && line[at++] == '.';
    return seconds && skip(is_digit) == 6 && at < line.size() && line[at] == ']';
}

// Where Linux begins to speak; npos: nowhere.
std::size_t start_of_linux(std::string_view console) {
    for (std::size_t start = 0; start < console.size();) {
        const std::size_t end = std::min(console.find('\n', start), console.size());
        const std::string_view line = console.substr(start, end - start);
        if (line.find(kLinux) != std::string_view::npos || has_kernel_stamp(line) ||
            line.starts_with(kOurs)) {
            return start;
        }
        start = end + 1;
    }
    return std::string_view::npos;
}

// Terminals are cleared and coloured before anything is written on them.
bool says_something(std::string_view text) {
    return std::count_if(text.begin(), text.end(),
                         [](unsigned char c) { return c > ' ' && c < 0x7f; }) > 40;
}

// Without the line by which the harness marks a start.
std::string_view without_mark(std::string_view console) {
    if (console.starts_with("=== ")) {
        const std::size_t end = console.find('\n');
        console.remove_prefix(end == std::string_view::npos ? console.size() : end + 1);
    }
    return console;
}

}  // namespace

bool has_run_linux(std::string_view console) {
    return start_of_linux(console) != std::string_view::npos;
}

BootStage boot_stage(std::string_view console) {
    const std::size_t linux_start = start_of_linux(console);
    if (linux_start == std::string_view::npos) {
        return says_something(without_mark(console)) ? BootStage::kLoader : BootStage::kFirmware;
    }
    const std::string_view rest = console.substr(linux_start);
    for (const std::string_view sign : kAfterTheKernel) {
        if (rest.find(sign) != std::string_view::npos) {
            return BootStage::kServices;
        }
    }
    return BootStage::kKernel;
}

const char* to_string(BootStage stage, bool head) {
    switch (stage) {
        case BootStage::kFirmware:
            return "firmware";
        case BootStage::kLoader:
            return head ? "boot menu" : "loader";
        case BootStage::kKernel:
            return "kernel";
        case BootStage::kServices:
            return head ? "services" : "joining";
    }
    return "";
}

}  // namespace dolmen::qa
