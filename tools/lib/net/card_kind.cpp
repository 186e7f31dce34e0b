// SPDX-License-Identifier: GPL-2.0-only
#include "net/card_kind.hpp"

#include <fmt/core.h>
#include <unistd.h>

namespace dolmen::net {
namespace {

bool exists(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

}  // namespace

CardKind card_kind(const std::string& directory, const std::string& name) {
    const std::string path = directory + "/" + name + "/";
    if (exists(path + "wireless") || exists(path + "phy80211"))
        return CardKind::kWireless;
    // A bond or a VLAN over a card may have that card's device.
    for (const char* made_up : {"bridge", "bonding", "tun_flags"})
        if (exists(path + made_up))
            return CardKind::kVirtual;
    return exists(path + "device") ? CardKind::kWired : CardKind::kVirtual;
}

bool has_its_name(int link_index, const std::string& run) {
    return !exists(run + "/control") || exists(fmt::format("{}/data/n{}", run, link_index));
}

}  // namespace dolmen::net
