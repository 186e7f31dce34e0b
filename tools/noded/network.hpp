// SPDX-License-Identifier: GPL-2.0-only
// The node's own address on the cluster network.
#pragma once

#include "base/result.hpp"
#include "net/links.hpp"

#include <chrono>
#include <string>

namespace dolmen::node {

struct ClusterNic {
    std::string name;
    std::string mac;
    std::string ip;
};

// Where no address is given: 10.77.0.(100 + last byte of the MAC, kept within
// 2..254)/24. EINVAL: no MAC.
Result<net::Address> default_address(const std::string& mac);

// Switches all Ethernet links on, waits for one with a partner and gives it
// `wanted` ("ADDRESS/LENGTH"), or the default address if that is empty.
// ETIMEDOUT: no link has a partner at the end of `limit`.
Result<ClusterNic> bring_up_network(const std::string& wanted, std::chrono::milliseconds limit);

}  // namespace dolmen::node
