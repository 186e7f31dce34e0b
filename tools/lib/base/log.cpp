// SPDX-License-Identifier: GPL-2.0-only
#include "base/log.hpp"

#include "base/fd.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace dolmen::log {
namespace {

struct Sink {
    Fd kernel_log;
    std::string name;
    Level level = Level::kInfo;
};

Sink& sink() {
    static Sink instance;
    return instance;
}

}  // namespace

Result<> use_kernel_log(std::string name) {
    sink().kernel_log = DOLMEN_TRY(open_file("/dev/kmsg", O_WRONLY));
    sink().name = std::move(name);
    return {};
}

void set_level(Level level) {
    sink().level = level;
}

void write(Level level, std::string_view line) {
    if (level > sink().level)
        return;
    const int priority = static_cast<int>(level);
    std::string text;
    int fd = STDERR_FILENO;
    if (sink().kernel_log) {
        fd = sink().kernel_log.get();
        text = fmt::format("<{}>{}: {}\n", priority, sink().name, line);
    } else if (::isatty(STDERR_FILENO) != 0) {
        text = fmt::format("{}\n", line);
    } else {
        text = fmt::format("<{}>{}\n", priority, line);
    }
    // A log that cannot be written has nowhere to be reported.
    [[maybe_unused]] const ssize_t done = ::write(fd, text.data(), text.size());
}

}  // namespace dolmen::log
