// SPDX-License-Identifier: GPL-2.0-only
// The machines that are no nodes yet, or not any more, for `dolmen nodes`. Pure.
#pragma once

#include "rpc/head_status.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace dolmen::cli {

using Json = nlohmann::json;
using Machines = std::vector<rpc::MachineStatus>;

Json machines_json(const Machines& machines);

// A table behind the one of the nodes; empty if there are none.
std::string machines_text(const Machines& machines);

}  // namespace dolmen::cli
