// SPDX-License-Identifier: GPL-2.0-only
// Which mount points of the head its nodes do not share: everything that is
// mounted and not exported. Nodes cover them so that a guest that goes there
// goes home instead of seeing the empty directory below the mount.
#pragma once

#include "rpc/join.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dolmen::model {

using rpc::HomeMount;

// `mountinfo`: text of /proc/self/mountinfo; `exported`: paths in the export
// table. Sorted; what is below another entry is left out. "/" is never in it;
// /proc, /dev and /sys always are.
std::vector<HomeMount> find_home_mounts(std::string_view mountinfo,
                                        const std::set<std::string>& exported);

// The paths of /var/lib/nfs/etab.
std::set<std::string> exported_paths(std::string_view etab);

}  // namespace dolmen::model
