// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/lan_files.hpp"

#include <fmt/core.h>

namespace dolmen::daemon {
namespace {

constexpr const char* kNetwork = R"(# SPDX-License-Identifier: GPL-2.0-only
# Written by dolmend (tools/dolmend/lan_files.cpp): changes here are lost.
# The network of the cluster.
[Match]
Name={interface}

[Network]
Address={address}
# Nodes that are away for a moment must find the same head again.
ConfigureWithoutCarrier=yes
IgnoreCarrierLoss=yes
LinkLocalAddressing=no
IPv6AcceptRA=no
)";

constexpr const char* kExports = R"(# SPDX-License-Identifier: GPL-2.0-only
# Written by dolmend (tools/dolmend/lan_files.cpp): changes here are lost.
# The root of the head is the root of all nodes.
#  no crossmnt: /run, /proc and the like must never be exported, nodes open
#    what is below other mounts at home
#  no_root_squash: a root process of the head stays root where it runs
#  async: the root of a live head is in memory, "stable storage" would be the
#    same memory
/ {network}(rw,async,fsid=0,no_root_squash,no_subtree_check)
)";

}  // namespace

std::string network_file(const std::string& interface, const Ipv4Network& address) {
    return fmt::format(kNetwork, fmt::arg("interface", interface),
                       fmt::arg("address", address.to_string()));
}

std::string exports_file(const Ipv4Network& network) {
    return fmt::format(kExports, fmt::arg("network", network.network().to_string()));
}

}  // namespace dolmen::daemon
