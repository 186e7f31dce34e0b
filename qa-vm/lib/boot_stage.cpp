// SPDX-License-Identifier: GPL-2.0-only
#include "lib/boot_stage.hpp"

#include <algorithm>
#include <array>

namespace dolmen::qa {
namespace {

constexpr std::string_view kLinux = "Linux version ";
// Said by what the kernel starts: systemd, the initramfs of Debian live, our own programs.
constexpr std::array<std::string_view, 4> kAfterTheKernel{"systemd[1]:", "Welcome to ",
                                                          "dolmen: ", "dolmen-noded"};

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
    return console.find(kLinux) != std::string_view::npos;
}

BootStage boot_stage(std::string_view console) {
    const std::size_t linux_start = console.find(kLinux);
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
