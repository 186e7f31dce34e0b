// SPDX-License-Identifier: GPL-2.0-only
// Account: who a command runs as, read from /etc/passwd and /etc/group. The agent is a static
// program and runs in an initramfs without either file: the C library's own look-up is no help.
#pragma once

#include <sys/types.h>

#include <base/result.hpp>
#include <string>
#include <vector>

namespace dolmen::qa {

struct Account {
    std::string name = "root";
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups;  // supplementary
    std::string home = "/";
    std::string shell = "/bin/sh";
};

/// `user` is a name or a number of the passwd text; empty means root, who needs no entry.
/// ENOENT: there is no such user.
[[nodiscard]] Result<Account> find_account(const std::string& user, const std::string& passwd,
                                           const std::string& group);

}  // namespace dolmen::qa
