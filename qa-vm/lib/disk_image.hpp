// SPDX-License-Identifier: GPL-2.0-only
// The disk of a node: somebody else's, and to be found unchanged afterwards.
#pragma once

#include <base/result.hpp>
#include <string>

namespace dolmen::qa {

/// What is on the disk of the machine with this number: a partition table with a swap area and
/// a file system's place, which invite to be used, and noise.
[[nodiscard]] std::string disk_content(unsigned machine);

/// Writes it.
Result<> make_disk(const std::string& file, unsigned machine);

/// Fails with the place of the first byte that is another one, or if the size has changed.
Result<> check_disk(const std::string& file, unsigned machine);

}  // namespace dolmen::qa
