// SPDX-License-Identifier: GPL-2.0-only
// Shell scripts on the head.
#pragma once

#include <chrono>
#include <string>

#include "lib/control_client.hpp"

namespace dolmen::qa {

constexpr std::chrono::milliseconds kLookLimit{60000};

/// What a script has written to its standard output. It runs as `user` in a session of the
/// cluster, or as root outside of any if that is empty. A status that is not 0 is an error with
/// what the script wrote.
Result<std::string> run_script(const ControlClient& cluster, const std::string& user,
                               const std::string& script,
                               std::chrono::milliseconds limit = kLookLimit);

}  // namespace dolmen::qa
