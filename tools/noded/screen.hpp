// SPDX-License-Identifier: GPL-2.0-only
// Screen: what a node tells who stands before it, one short line for each step and
// each failure (texts.hpp), on all consoles. The last line is always the state.
#pragma once

#include "base/fd.hpp"

#include <set>
#include <string>
#include <vector>

namespace dolmen::node {

class Screen {
  public:
    // All that the kernel uses as consoles, tty0 and serial lines alike.
    static Screen of_consoles();
    // Into the log, where a head has one (--solo) or a test looks.
    static Screen of_log() { return Screen({}); }

    // On the way to a state: once, until the next state. Trying goes on for ever.
    void step(const std::string& line);
    // Why it does not go on; not again and again the same.
    void problem(const std::string& line);
    // Always.
    void state(const std::string& line);

  private:
    explicit Screen(std::vector<Fd> consoles) : consoles_(std::move(consoles)) {}
    void show(const std::string& line);

    std::vector<Fd> consoles_;
    std::set<std::string> steps_;  // shown since the last state
    std::string last_;
};

// Names in /sys/class/tty/console/active: "tty0 ttyS0".
std::vector<std::string> console_names(const std::string& active);

}  // namespace dolmen::node
