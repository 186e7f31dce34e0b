// SPDX-License-Identifier: GPL-2.0-only
// What a node is told about the head, read anew for each join.
#pragma once

#include "base/result.hpp"
#include "rpc/join.hpp"

#include <map>
#include <string>
#include <vector>

namespace dolmen::daemon {

struct HeadFacts {
    std::string hostname;
    std::vector<rpc::HomeMount> home_mounts;
    std::map<std::string, std::string> sysctls;
};

Result<HeadFacts> read_head_facts();

}  // namespace dolmen::daemon
