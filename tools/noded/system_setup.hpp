// SPDX-License-Identifier: GPL-2.0-only
// What a node changes in its own running system for the cluster. Nothing of it
// is written to a disk.
#pragma once

#include "base/result.hpp"

#include <map>
#include <string>

namespace dolmen::node {

// Pids of the head must fit here.
constexpr const char* kPidMax = "4194304";

// Two nodes that gave the NFS server the same name would be one client to it,
// each new mount throwing the other's open files away. So both the host name and
// the identifier differ, before the first mount.
Result<> set_identity(const std::string& node_name, const std::string& machine_id);
// kernel.pid_max, and those of `sysctls` that are in rpc::kSharedSysctls.
Result<> set_limits(const std::map<std::string, std::string>& sysctls);

}  // namespace dolmen::node
