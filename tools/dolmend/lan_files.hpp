// SPDX-License-Identifier: GPL-2.0-only
// The files by which a head takes its place in a network, as texts. Pure.
#pragma once

#include "base/ipv4.hpp"

#include <string>

namespace dolmen::daemon {

// For systemd-networkd: `interface` has `address`, and nothing by DHCP.
std::string network_file(const std::string& interface, const Ipv4Network& address);

// For exportfs(8): the root, to all of `network`.
std::string exports_file(const Ipv4Network& network);

}  // namespace dolmen::daemon
