// SPDX-License-Identifier: GPL-2.0-only
// The verbs that talk to a running cluster; each returns qa-vm's exit status.
#pragma once

#include <string>
#include <vector>

#include "wire/request.hpp"

namespace dolmen::qa {

[[nodiscard]] int verb_sh(const std::string& cluster, const std::string& machine,
                          const Request& request);
[[nodiscard]] int verb_put(const std::string& cluster, const std::string& machine,
                           const std::string& local, const std::string& remote);
[[nodiscard]] int verb_get(const std::string& cluster, const std::string& machine,
                           const std::string& remote, const std::string& local);
/// Waits until the machine is as was asked for: off, or its agent answers.
[[nodiscard]] int verb_power(const std::string& cluster, const std::string& machine,
                             const std::string& action);
[[nodiscard]] int verb_link(const std::string& cluster, const std::string& machine, bool up);
[[nodiscard]] int verb_pause(const std::string& cluster, const std::string& machine, bool paused);
/// The text, or with `picture` a PNG file of that name.
[[nodiscard]] int verb_screen(const std::string& cluster, const std::string& machine,
                              const std::string& picture);
[[nodiscard]] int verb_key(const std::string& cluster, const std::string& machine,
                           const std::vector<std::string>& keys);
/// Prints where the server's log is.
[[nodiscard]] int verb_foreign_dhcp(const std::string& cluster, const std::string& network, bool on,
                                    const std::vector<std::string>& options);
/// All clusters of this user.
[[nodiscard]] int verb_list(bool json);
[[nodiscard]] int verb_console(const std::string& cluster, const std::string& machine);
/// What Audit finds: nothing is status 0.
[[nodiscard]] int verb_audit(const std::string& cluster);
[[nodiscard]] int verb_down(const std::string& cluster);

}  // namespace dolmen::qa
