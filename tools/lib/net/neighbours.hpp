// SPDX-License-Identifier: GPL-2.0-only
// Whose IPv4 addresses the kernel knows on this machine's networks.
#pragma once

#include <map>
#include <string>

namespace dolmen::net {

constexpr const char* kNeighbourTable = "/proc/net/arp";

// IPv4 address -> MAC, of what kNeighbourTable has; entries that nobody has answered
// for are left out.
std::map<std::string, std::string> parse_neighbours(const std::string& table);

}  // namespace dolmen::net
