// SPDX-License-Identifier: GPL-2.0-only
// What an Ethernet interface is, as sysfs tells: a card with a socket for a cable,
// a wireless one, or something that the kernel has made up.
#pragma once

#include <string>

namespace dolmen::net {

constexpr const char* kNetworkClass = "/sys/class/net";

enum class CardKind {
    kWired,
    kWireless,
    kVirtual,  // bridge, veth, bond, VLAN, WireGuard, …: no hardware of its own
};

// `directory`: where the interfaces are, kNetworkClass or a test's.
CardKind card_kind(const std::string& directory, const std::string& name);

// False while udev has not looked at the interface: it may get another name then.
// Always true where no udev runs. `run`: udev's directory.
bool has_its_name(int link_index, const std::string& run = "/run/udev");

}  // namespace dolmen::net
