// SPDX-License-Identifier: GPL-2.0-only
// The clients of the head's NFS server. A dead node's opens and locks would
// live on for a lease time; expiring its client ends them at once.
#pragma once

#include "base/result.hpp"

#include <string>
#include <vector>

namespace dolmen::daemon {

constexpr const char* kNfsClients = "/proc/fs/nfsd/clients";

// The "ctl" files of the clients at IPv4 `address`; none if no server runs.
std::vector<std::string> find_nfs_clients(const std::string& directory, const std::string& address);

// May wait until calls under way have ended. Clients that are gone are no error.
Result<> expire_nfs_clients(const std::string& directory, const std::string& address);

}  // namespace dolmen::daemon
