// SPDX-License-Identifier: GPL-2.0-only
// Terminal: the tty that the screen is on: its size, single keys instead of lines.
#pragma once

#include "base/fd.hpp"
#include "console/screen.hpp"

#include <termios.h>
#include <optional>
#include <string>
#include <string_view>

namespace dolmen::console {

// The key in what one read has given, in lower case: a letter or a digit. nullopt:
// none, as in what arrow and function keys send.
std::optional<char> key_of(std::string_view bytes);

class Terminal {
  public:
    // Takes standard input and output. Keys come one by one and are not shown; ^C and
    // its like are keys as others.
    static Result<Terminal> open();
    ~Terminal();
    Terminal(Terminal&& other) noexcept;
    Terminal& operator=(Terminal&&) = delete;
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    // 80x25 if it does not tell.
    Size size() const;
    // Waits for a key. An error: the terminal is gone.
    Result<std::optional<char>> read_key(int milliseconds);
    Result<> write(const std::string& bytes);

  private:
    explicit Terminal(const termios& before) : before_(before) {}

    std::optional<termios> before_;
};

}  // namespace dolmen::console
