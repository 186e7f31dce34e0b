// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/session_cgroups.hpp"

#include "base/file.hpp"

#include <linux/magic.h>
#include <sys/statfs.h>

namespace dolmen::daemon {

Result<> ensure_cgroup(const std::string& root, const std::string& path) {
    struct statfs info {};
    if (::statfs(root.c_str(), &info) < 0)
        return fail_errno("look at " + root);
    if (info.f_type != CGROUP2_SUPER_MAGIC)
        return fail_errno(root + " is no unified cgroup hierarchy", ENODEV);
    return make_directories(root + path);
}

}  // namespace dolmen::daemon
