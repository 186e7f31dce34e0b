// SPDX-License-Identifier: GPL-2.0-only
// ForeignDhcp: the router of somebody else's network: a DHCP server (dnsmasq) that was in the LAN
// before us. It is in a network namespace; nothing of it gets out of the cluster's switch.
#pragma once

#include <base/process.hpp>
#include <string>
#include <vector>

#include "lib/lan_tap.hpp"

namespace dolmen::qa {

class ForeignDhcp {
  public:
    static constexpr const char* kAddress = "192.168.77.1";
    static constexpr const char* kNetwork = "192.168.77.";  // what all its addresses start with

    /// Returns when it listens. `options`: further ones of dnsmasq's, as on its command line. What
    /// it says goes to `log`. Needs root and dnsmasq.
    static Result<ForeignDhcp> start(Switch& lan, const std::vector<std::string>& options,
                                     const std::string& log);

    /// Its network namespace is that of this process.
    [[nodiscard]] pid_t pid() const { return dnsmasq_.pid(); }

  private:
    ForeignDhcp(LanTap tap, Process dnsmasq) : tap_(std::move(tap)), dnsmasq_(std::move(dnsmasq)) {}

    LanTap tap_;
    Process dnsmasq_;
};

}  // namespace dolmen::qa
