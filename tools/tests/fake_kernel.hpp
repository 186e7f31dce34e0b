// SPDX-License-Identifier: GPL-2.0-only
// FakeKernel: the modules as the daemons see them, without any. Its two sides
// greet each other over the connections as the real ones do.
#pragma once

#include "kapi/kernel.hpp"

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace dolmen::tests {

class FakeKernel final : public kapi::Kernel {
  public:
    Result<kapi::Version> version() override;
    Result<> become_head(std::uint64_t epoch, std::uint32_t timeout_percent) override;
    Result<> add_node(const kapi::Link& link) override;
    Result<> join(const kapi::Link& link) override;
    Result<> drop_node(std::uint32_t node) override;
    Result<> set_container(int proc_fd) override;
    Result<> set_mode(dolmen_mode mode, std::uint32_t node) override;
    Result<> set_list(dolmen_list list, const std::vector<std::string>& entries) override;
    Result<> set_weight(std::uint32_t node, std::uint32_t weight) override;
    Result<> move(std::int32_t pid, std::uint32_t node, std::uint32_t timeout_ms) override;
    Result<dolmen_why> why(std::int32_t pid) override;
    Result<std::vector<dolmen_node_info>> nodes() override;
    Result<std::vector<dolmen_process_info>> processes() override;
    Result<std::vector<dolmen_counter_info>> counters() override;
    Result<std::vector<dolmen_audit_info>> audit() override;

    std::mutex mutex;  // protects all below; the daemon adds nodes in a thread
    std::string build = "build-1";
    bool is_head = false;
    std::uint64_t epoch = 0;
    std::map<std::uint32_t, dolmen_node_info> table;
    std::map<std::uint32_t, std::uint32_t> weights;
    std::map<int, std::vector<std::string>> lists;
    std::vector<std::uint32_t> dropped;
    std::vector<dolmen_process_info> away;
    std::set<std::int32_t> cannot_move;  // pids
};

}  // namespace dolmen::tests
