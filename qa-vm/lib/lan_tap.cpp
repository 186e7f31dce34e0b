// SPDX-License-Identifier: GPL-2.0-only
#include "lib/lan_tap.hpp"

namespace dolmen::qa {

Result<LanTap> LanTap::create(Switch& lan, const std::string& address) {
    NetworkSpace space = DOLMEN_TRY(NetworkSpace::create());
    Fd tap = DOLMEN_TRY(space.make_tap(kDevice, address));
    return LanTap(lan, lan.add_tap(std::move(tap)), std::move(space));
}

}  // namespace dolmen::qa
