// SPDX-License-Identifier: GPL-2.0-only
// Progress: a line on standard error that tells what is waited for.
#pragma once

#include <base/clock.hpp>
#include <string>

namespace dolmen::qa {

class Progress {
  public:
    /// On a terminal the line is written over, elsewhere only what is new is printed.
    void show(const std::string& words);
    void end_line();

  private:
    SteadyClock::time_point start_ = SteadyClock::now();
    std::string last_;
    bool open_line_ = false;
};

}  // namespace dolmen::qa
