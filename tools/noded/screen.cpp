// SPDX-License-Identifier: GPL-2.0-only
#include "noded/screen.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "noded/texts.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <sstream>

namespace dolmen::node {
namespace {

constexpr const char* kActive = "/sys/class/tty/console/active";

}  // namespace

std::vector<std::string> console_names(const std::string& active) {
    std::vector<std::string> names;
    std::istringstream words(active);
    for (std::string word; words >> word;)
        if (word.find('/') == std::string::npos)
            names.push_back(word);
    return names;
}

Screen Screen::of_consoles() {
    std::vector<Fd> consoles;
    for (const std::string& name : console_names(read_file(kActive).value_or(""))) {
        // A line without a listener must not hold us up.
        auto fd = open_file("/dev/" + name, O_WRONLY | O_NOCTTY | O_NONBLOCK);
        if (fd)
            consoles.push_back(std::move(*fd));
    }
    return Screen(std::move(consoles));
}

void Screen::step(const std::string& line) {
    if (steps_.insert(line).second)
        show(line);
}

void Screen::problem(const std::string& line) {
    if (line != last_)
        show(line);
}

void Screen::state(const std::string& line) {
    steps_.clear();
    show(line);
}

void Screen::show(const std::string& line) {
    last_ = line;
    const std::string text = screen_line(line);
    // Where the kernel's own messages are shown too, it is not there twice.
    log::write(consoles_.empty() ? log::Level::kInfo : log::Level::kDebug, text);
    for (const Fd& console : consoles_) {
        const std::string whole = "dolmen: " + text + "\n";
        [[maybe_unused]] const ssize_t done = ::write(console.get(), whole.data(), whole.size());
    }
}

}  // namespace dolmen::node
