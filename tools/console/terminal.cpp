// SPDX-License-Identifier: GPL-2.0-only
#include "console/terminal.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace dolmen::console {
namespace {

constexpr Size kSmallest{60, 20};
constexpr Size kLargest{100, 60};

}  // namespace

std::optional<char> key_of(std::string_view bytes) {
    if (bytes.find('\x1b') != std::string_view::npos)
        return std::nullopt;
    const auto found = std::find_if(bytes.begin(), bytes.end(), [](unsigned char byte) {
        return byte < 0x80 && std::isalnum(byte) != 0;
    });
    if (found == bytes.end())
        return std::nullopt;
    return static_cast<char>(std::tolower(static_cast<unsigned char>(*found)));
}

Result<Terminal> Terminal::open() {
    termios before{};
    if (::tcgetattr(STDIN_FILENO, &before) < 0)
        return fail(Error::system("read the settings of the terminal")
                        .hint("this program wants a terminal; \"--once\" prints the screen"));
    termios keys = before;
    keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG | IEXTEN);
    keys.c_iflag &= ~static_cast<tcflag_t>(IXON);
    keys.c_cc[VMIN] = 1;
    keys.c_cc[VTIME] = 0;
    if (::tcsetattr(STDIN_FILENO, TCSANOW, &keys) < 0)
        return fail_errno("set up the terminal");
    return Terminal(before);
}

Terminal::Terminal(Terminal&& other) noexcept
    : before_(std::exchange(other.before_, std::nullopt)) {}

Terminal::~Terminal() {
    if (before_)
        ::tcsetattr(STDIN_FILENO, TCSANOW, &*before_);
}

Size Terminal::size() const {
    winsize told{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &told) < 0 || told.ws_col == 0 || told.ws_row == 0)
        return {};
    return {std::clamp<std::size_t>(told.ws_col, kSmallest.columns, kLargest.columns),
            std::clamp<std::size_t>(told.ws_row, kSmallest.rows, kLargest.rows)};
}

Result<std::optional<char>> Terminal::read_key(int milliseconds) {
    if (!DOLMEN_TRY(wait_for(STDIN_FILENO, POLLIN, milliseconds)))
        return std::optional<char>{};
    std::array<char, 256> bytes{};
    const ssize_t done = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (done < 0 && (errno == EINTR || errno == EAGAIN))
        return std::optional<char>{};
    if (done < 0)
        return fail_errno("read a key");
    if (done == 0)
        return fail_errno("read a key", EIO);
    return key_of({bytes.data(), static_cast<std::size_t>(done)});
}

Result<> Terminal::write(const std::string& bytes) {
    return write_all(STDOUT_FILENO, bytes);
}

}  // namespace dolmen::console
