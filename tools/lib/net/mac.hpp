// SPDX-License-Identifier: GPL-2.0-only
// Mac: the address of an Ethernet card.
#pragma once

#include "base/result.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace dolmen::net {

using Mac = std::array<std::uint8_t, 6>;

constexpr Mac kBroadcastMac{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

// "52:54:00:77:00:01", as NetworkLink has it. EINVAL
Result<Mac> parse_mac(const std::string& text);
std::string to_string(const Mac& mac);

}  // namespace dolmen::net
