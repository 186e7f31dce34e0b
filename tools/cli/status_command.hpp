// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "base/result.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace dolmen::cli {

// What dolmend tells of itself (dolmend/status.hpp). ENOENT, ECONNREFUSED: none runs.
Result<nlohmann::json> read_status(const std::string& socket);

}  // namespace dolmen::cli
