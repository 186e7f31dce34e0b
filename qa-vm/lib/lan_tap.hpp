// SPDX-License-Identifier: GPL-2.0-only
// LanTap: a port of a switch that is a tap device in a network namespace: what runs there is a
// machine more in the LAN. The port goes with this object.
#pragma once

#include <string>

#include "lib/network_space.hpp"
#include "lib/switch.hpp"

namespace dolmen::qa {

class LanTap {
  public:
    static constexpr const char* kDevice = "lan0";

    /// `address` of the tap device, with its length: "192.0.2.1/24". Needs root.
    static Result<LanTap> create(Switch& lan, const std::string& address);
    LanTap(LanTap&& other) noexcept
        : lan_(std::exchange(other.lan_, nullptr)),
          port_(other.port_),
          space_(std::move(other.space_)) {}
    LanTap& operator=(LanTap&&) = delete;
    LanTap(const LanTap&) = delete;
    LanTap& operator=(const LanTap&) = delete;
    ~LanTap() {
        if (lan_ != nullptr) {
            lan_->remove_port(port_);
        }
    }

    [[nodiscard]] NetworkSpace& space() { return space_; }

  private:
    LanTap(Switch& lan, Switch::PortId port, NetworkSpace space)
        : lan_(&lan), port_(port), space_(std::move(space)) {}

    Switch* lan_;
    Switch::PortId port_;
    NetworkSpace space_;
};

}  // namespace dolmen::qa
