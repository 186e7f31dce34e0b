// SPDX-License-Identifier: GPL-2.0-only
// What udhcpc has found, as its script (appliance-config/initramfs/node/dhcp-event)
// writes it. Pure.
#pragma once

#include "base/ipv4.hpp"
#include "base/result.hpp"

#include <string>

namespace dolmen::node {

struct DhcpNews {
    enum class Kind {
        kBound,   // an address, the first one or the same or another after renewal
        kLost,    // none, or no longer
        kSilent,  // nobody has answered
    };
    Kind kind = Kind::kLost;
    Ipv4Network address;  // with kBound
    Ipv4 server;          // with kBound; not set: it did not say who it is
};

// "EVENT ADDRESS PREFIX-LENGTH SERVER", "-" where there is none. EBADMSG
Result<DhcpNews> parse_dhcp_news(const std::string& line);

}  // namespace dolmen::node
