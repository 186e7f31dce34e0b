// SPDX-License-Identifier: GPL-2.0-only
// The IPv4 addresses that this machine has, by rtnetlink.
#pragma once

#include "base/ipv4.hpp"
#include "base/result.hpp"

#include <vector>

namespace dolmen::net {

struct OwnAddress {
    int link_index = 0;
    Ipv4Network network;   // the address, and how long its network's prefix is
    bool for_now = false;  // has an end: a DHCP server has given it
};

Result<std::vector<OwnAddress>> own_addresses();

}  // namespace dolmen::net
