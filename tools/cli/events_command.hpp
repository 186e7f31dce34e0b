// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "base/result.hpp"
#include "rpc/head_status.hpp"

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace dolmen::cli {

using rpc::kDaemonSocket;

// Calls `each` for the events dolmend remembers and, with `follow`, for those to
// come until it goes away.
Result<> read_events(const std::string& socket, bool follow,
                     const std::function<void(const nlohmann::json&)>& each);

}  // namespace dolmen::cli
