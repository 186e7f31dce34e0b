// SPDX-License-Identifier: GPL-2.0-only
// Audit: what must be true of a cluster after everything that was done to it.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "lib/control_client.hpp"

namespace dolmen::qa {

/// Entries of `dolmen audit --json` that are not zero, as "what=count"; one entry that says so if
/// it is no such text.
[[nodiscard]] std::vector<std::string> leftovers(const std::string& audit_json);

/// Taint of /proc/sys/kernel/tainted that an out-of-tree, unsigned module does not explain.
[[nodiscard]] unsigned long unexplained_taint(const std::string& text);

class Audit {
  public:
    explicit Audit(ControlClient cluster) : cluster_(std::move(cluster)) {}

    /// What of the consoles the next check() looks at: what comes from now on, or all of it.
    enum class From { kNow, kStart };
    void begin(From from = From::kNow);
    /// What is wrong, in words; nothing if all is well. Waits at most `limit` for what processes
    /// that have just ended leave to be cleared away.
    [[nodiscard]] std::vector<std::string> check(std::chrono::milliseconds limit);

  private:
    [[nodiscard]] std::vector<std::string> check_consoles() const;
    [[nodiscard]] std::vector<std::string> check_hardware(const MachineStatus& machine) const;
    [[nodiscard]] std::vector<std::string> check_machine(const std::string& machine) const;

    ControlClient cluster_;
    std::map<std::string, std::size_t> console_offsets_;  // by console file
    std::map<std::string, unsigned> reboots_;             // by machine
};

}  // namespace dolmen::qa
