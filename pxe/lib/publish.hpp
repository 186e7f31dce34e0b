// SPDX-License-Identifier: GPL-2.0-only
// Puts a BootPlan into effect on this machine's disk. Afterwards the caller starts
// dnsmasq again and tells nginx to read its configuration (SIGHUP).
#pragma once

#include "pxe/lib/boot_plan.hpp"

#include <map>
#include <set>
#include <string>

namespace dolmen::pxe {

// Where on this machine the files come from: name in the plan -> path. They become
// hard links where possible, so a source may be replaced but not written into.
using Sources = std::map<std::string, std::string>;

// Loaders as Debian's packages pxelinux and syslinux-common have them.
Sources debian_loaders();

struct BootSources {
    Sources files;  // the plan's kernel and initrds
    Sources loaders = debian_loaders();
};

// Loaders, kernel and initrds first, then the files of render(), last of them the
// pointer: until then, and after every error, machines boot what they booted before.
// Builds that are neither this one, nor the one before, nor in `in_use` (what nodes
// run or load) are removed. Nothing is done with DhcpMode::kOff.
// EINVAL: the plan is wrong. EEXIST: another build had this id. Else what the system
// says: ENOENT (a source is missing), ENOSPC…
Result<> publish(const BootPlan& plan, const BootSources& sources,
                 const std::set<std::string>& in_use);

}  // namespace dolmen::pxe
