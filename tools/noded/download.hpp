// SPDX-License-Identifier: GPL-2.0-only
// A file by HTTP, with busybox's wget.
#pragma once

#include "base/result.hpp"

#include <string>

namespace dolmen::node {

// Appends the file behind `url` to what the descriptor writes to, whole or not at all
// right: what is shorter than the server said is an error. ENOSPC: no room for it.
// ETIMEDOUT: nothing has come for a while.
Result<> download(const std::string& url, int fd);

}  // namespace dolmen::node
