// SPDX-License-Identifier: GPL-2.0-only
// The cgroups whose processes belong to a cluster session.
#pragma once

#include "base/result.hpp"

#include <string>

namespace dolmen::daemon {

constexpr const char* kCgroupRoot = "/sys/fs/cgroup";

// Makes the cgroup if it is not there. ENODEV: no unified hierarchy at `root`.
Result<> ensure_cgroup(const std::string& root, const std::string& path);

}  // namespace dolmen::daemon
