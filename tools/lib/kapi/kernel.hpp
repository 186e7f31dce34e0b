// SPDX-License-Identifier: GPL-2.0-only
// Kernel: the typed form of the ioctls of /dev/dolmen. An interface, so that
// daemons can be tested without the modules. What each call does and fails with
// is told in uapi/dolmen.h; errors carry its errno values.
#pragma once

#include "base/fd.hpp"

#include <uapi/dolmen.h>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace dolmen::kapi {

struct Version {
    std::uint32_t protocol = 0;
    std::uint32_t roles = 0;  // DOLMEN_ROLE_ bits
    std::string build;
};

struct Link {
    int control_fd = -1;
    int bulk_fd = -1;
    std::uint32_t node = 0;
    std::uint32_t timeout_percent = 100;
    std::uint64_t epoch = 0;
    std::string name;
    std::string build;  // what the other end has told
    std::uint64_t memory = 0;
    std::uint32_t cpus = 0;
};

class Kernel {
  public:
    virtual ~Kernel() = default;

    virtual Result<Version> version() = 0;
    virtual Result<> become_head(std::uint64_t epoch, std::uint32_t timeout_percent) = 0;
    virtual Result<> add_node(const Link& link) = 0;
    virtual Result<> join(const Link& link) = 0;
    virtual Result<> drop_node(std::uint32_t node) = 0;
    virtual Result<> set_container(int proc_fd) = 0;
    virtual Result<> set_mode(dolmen_mode mode, std::uint32_t node) = 0;
    virtual Result<> set_list(dolmen_list list, const std::vector<std::string>& entries) = 0;
    virtual Result<> set_weight(std::uint32_t node, std::uint32_t weight) = 0;
    // Waits until the process runs there. The error says what was in the way.
    virtual Result<> move(std::int32_t pid, std::uint32_t node, std::uint32_t timeout_ms) = 0;
    // Where it runs, and why. ESRCH, EPERM.
    virtual Result<dolmen_why> why(std::int32_t pid) = 0;
    virtual Result<std::vector<dolmen_node_info>> nodes() = 0;
    virtual Result<std::vector<dolmen_process_info>> processes() = 0;
    virtual Result<std::vector<dolmen_counter_info>> counters() = 0;
    virtual Result<std::vector<dolmen_audit_info>> audit() = 0;
};

// The real one. ENOENT: the module is not loaded.
Result<std::unique_ptr<Kernel>> open_kernel();

// "unknown" for what this build does not know.
const char* node_state_text(std::uint32_t state);
const char* process_state_text(std::uint32_t state);
const char* counter_kind_text(std::uint32_t kind);

}  // namespace dolmen::kapi
