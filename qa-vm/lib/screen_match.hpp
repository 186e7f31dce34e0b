// SPDX-License-Identifier: GPL-2.0-only
// What stands on a screen, compared with what should.
#pragma once

#include <string>
#include <vector>

namespace dolmen::qa {

enum class Extent {
    kWhole,    // every line of the screen, and no other
    kInOrder,  // these lines in this order, with others between them
};

/// Lines as fnmatch(3) wants them; blanks count as one, lines without anything else do not count.
[[nodiscard]] bool screen_matches(const std::string& screen,
                                  const std::vector<std::string>& patterns, Extent extent);

}  // namespace dolmen::qa
