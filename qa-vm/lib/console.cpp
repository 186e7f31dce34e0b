// SPDX-License-Identifier: GPL-2.0-only
#include "lib/console.hpp"

#include <fcntl.h>

#include <array>
#include <base/fd.hpp>
#include <base/file.hpp>
#include <cstdlib>

namespace dolmen::qa {
namespace {

constexpr const char* kStartMark = "=== qa-vm: ";
constexpr std::size_t kConsoleLimit = 64U << 20U;
constexpr double kPatchingSeconds = 3.0;

constexpr std::array<std::string_view, 18> kFaults{
    "BUG:",
    "WARNING:",
    "Oops:",
    "KASAN",
    "UBSAN",
    "general protection fault",
    "kernel BUG at",
    "Kernel panic",
    "INFO: task",
    "INFO: rcu",
    "rcu_sched self-detected stall",
    "detected stall",
    "possible circular",
    "possible recursive",
    "suspicious RCU usage",
    "refcount_t:",
    "soft lockup",
    "kmemleak:",
};

// Said by every kernel without being a fault.
constexpr std::array<std::string_view, 2> kHarmless{
    "kmemleak: Kernel memory leak detector initialized",
    "kmemleak: Automatic memory scanning thread",
};

bool is_fault(std::string_view line) {
    for (const std::string_view harmless : kHarmless) {
        if (line.find(harmless) != std::string_view::npos) {
            return false;
        }
    }
    for (const std::string_view fault : kFaults) {
        if (line.find(fault) != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

template <class Visitor>
void for_each_line(std::string_view text, Visitor visit) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (!visit(text.substr(0, end))) {
            return;
        }
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

// The "[    1.650000]" at the start of a line of the kernel; negative if there is none.
double kernel_seconds(std::string_view line) {
    if (line.empty() || line.front() != '[') {
        return -1;
    }
    return std::strtod(std::string(line.substr(1, 24)).c_str(), nullptr);
}

}  // namespace

std::optional<std::string> find_kernel_fault(std::string_view text) {
    std::optional<std::string> found;
    for_each_line(text, [&found](std::string_view line) {
        if (is_fault(line)) {
            found = std::string(line);
        }
        return !found;
    });
    return found;
}

bool is_text_patching_fault(std::string_view text) {
    bool found = false;
    for_each_line(text, [&found](std::string_view line) {
        if (line.find("Oops: int3") != std::string_view::npos) {
            const double seconds = kernel_seconds(line);
            found = seconds >= 0 && seconds < kPatchingSeconds;
            return false;
        }
        return true;
    });
    return found;
}

Result<> Console::mark_start(const std::string& words) const {
    const Fd file = DOLMEN_TRY(open_file(path_, O_WRONLY | O_CREAT | O_APPEND));
    return write_all(file.get(), kStartMark + words + "\n");
}

std::string Console::since_start() const {
    Result<std::string> text = read_file(path_, kConsoleLimit);
    if (!text) {
        return "(" + text.error().to_string() + ")\n";
    }
    const std::size_t mark = text->rfind(kStartMark);
    return mark == std::string::npos ? *text : text->substr(mark);
}

std::string Console::tail(std::size_t lines) const {
    const std::string text = since_start();
    std::size_t start = text.size();
    for (std::size_t count = 0; count <= lines && start != std::string::npos; ++count) {
        start = start == 0 ? std::string::npos : text.rfind('\n', start - 1);
    }
    return start == std::string::npos ? text : text.substr(start + 1);
}

}  // namespace dolmen::qa
