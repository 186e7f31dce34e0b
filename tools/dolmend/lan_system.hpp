// SPDX-License-Identifier: GPL-2.0-only
// LanSystem: what a head changes on its machine to serve a network: an address, the
// export of the root, the units of the servers. An interface, so that the rest can be
// tested without systemd. All but servers_run() may take seconds: for Background.
#pragma once

#include "base/ipv4.hpp"
#include "base/result.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace dolmen::daemon {

class LanSystem {
  public:
    virtual ~LanSystem() = default;

    // The card has this address, and no other that was set here, when it returns.
    virtual Result<> set_address(const std::string& interface, const Ipv4Network& address) = 0;
    // The cards are again what they would be without set_address().
    virtual Result<> leave_address() = 0;
    virtual Result<> export_root(const Ipv4Network& network) = 0;
    virtual Result<> withdraw_root() = 0;
    // With the files that were published last; running ones take those up.
    virtual Result<> start_servers() = 0;
    virtual Result<> stop_servers() = 0;
    // Quick.
    virtual bool servers_run() = 0;
    // An error tells which one does not, and its last words.
    virtual Result<> check_servers() = 0;
};

// systemd-networkd, exportfs and systemctl; their time limits in percent.
std::unique_ptr<LanSystem> make_lan_system(std::uint32_t timeout_percent);

}  // namespace dolmen::daemon
