// SPDX-License-Identifier: GPL-2.0-only
// What the owner has asked for by a key, written down for the next daemon.
#pragma once

#include "base/result.hpp"
#include "model/lan_plan.hpp"

#include <string>

namespace dolmen::daemon {

std::string to_text(const model::LanWish& wish);
// EBADMSG
Result<model::LanWish> parse_wish(const std::string& text);

}  // namespace dolmen::daemon
