// SPDX-License-Identifier: GPL-2.0-only
// Starting a command as an account, in a session of its own.
#pragma once

#include <sys/types.h>

#include <base/fd.hpp>
#include <string>

#include "agent/account.hpp"
#include "wire/request.hpp"

namespace dolmen::qa {

// The cgroup of commands that count as a login: Dolmen takes what lives below /user.slice for
// sessions of the cluster, everything else (this agent too) for services of the head.
inline constexpr const char* kSessionGroup = "user.slice/qa.slice";

struct Launched {
    pid_t pid = -1;
    Fd pidfd;
    Fd input;   // write end; on a terminal a second descriptor of its master
    Fd output;  // read end; on a terminal its master
    Fd error;   // read end; not valid on a terminal
};

/// Starts the command of a kRun request; the descriptors are non-blocking. The error's code() is
/// that of exec (ENOENT, EACCES...), or 0 if it did not come to the exec.
[[nodiscard]] Result<Launched> launch(const Request& request, const Account& account);

void set_window(int terminal, const WindowSize& size);

}  // namespace dolmen::qa
