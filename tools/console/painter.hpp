// SPDX-License-Identifier: GPL-2.0-only
// Painter: lines of the screen as bytes for a Linux console or any terminal that
// obeys ANSI sequences. Only what has changed is written, so nothing flickers. Pure.
#pragma once

#include "console/screen.hpp"

#include <string>
#include <vector>

namespace dolmen::console {

class Painter {
  public:
    // Once, before anything else: no cursor, no blanking, an empty screen.
    static std::string begin();
    // Makes the screen show `lines`. `all`: also those it should show already, because
    // others (the kernel, whose messages come to this screen) may have written over them.
    std::string paint(const std::vector<Line>& lines, bool all);

  private:
    std::vector<Line> shown_;
};

}  // namespace dolmen::console
