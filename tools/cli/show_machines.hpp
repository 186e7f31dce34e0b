// SPDX-License-Identifier: GPL-2.0-only
// The machines that are no nodes yet, or not any more, for `dolmen nodes`. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace dolmen::cli {

using Json = nlohmann::json;

// "machines" of dolmend's status: an array of objects, or empty.
Json machines_of(const Json& status);

// A table behind the one of the nodes; empty if there are none.
std::string machines_text(const Json& machines);

}  // namespace dolmen::cli
