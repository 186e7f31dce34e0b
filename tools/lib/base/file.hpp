// SPDX-License-Identifier: GPL-2.0-only
// Whole files: reading with a limit, writing so that a reader (or a power cut)
// sees the old or the new content and nothing between.
#pragma once

#include "base/result.hpp"

#include <sys/types.h>
#include <cstddef>
#include <string>

namespace dolmen {

constexpr std::size_t kFileLimit = 4U << 20U;

// EFBIG if there are more than `limit` bytes.
Result<std::string> read_file(const std::string& path, std::size_t limit = kFileLimit);

// Temporary file beside `path`, fsync, rename.
Result<> write_file_atomically(const std::string& path, const std::string& content,
                               mode_t mode = 0644);

// One write(2) into a file that exists: /proc, /sys.
Result<> write_control(const std::string& path, const std::string& content);

// mkdir -p
Result<> make_directories(const std::string& path, mode_t mode = 0755);

}  // namespace dolmen
