// SPDX-License-Identifier: GPL-2.0-only
#include "cli/move.hpp"

#include "base/clock.hpp"
#include "cli/launch.hpp"
#include "cli/report.hpp"

#include <fmt/core.h>
#include <unistd.h>
#include <charconv>
#include <filesystem>
#include <thread>

namespace dolmen::cli {

Result<std::int32_t> process_id(const std::string& word) {
    std::int32_t number = 0;
    const char* end = word.data() + word.size();
    const auto read = std::from_chars(word.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end || number <= 0)
        return fail_errno(fmt::format("\"{}\" is no process id", word), EINVAL);
    return number;
}

namespace {

Result<> add_group(const std::string& word, std::vector<std::int32_t>& pids) {
    const std::int32_t group = DOLMEN_TRY(process_id(word));
    const std::size_t before = pids.size();
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
        const std::string name = entry.path().filename();
        if (const auto pid = process_id(name); pid && ::getpgid(*pid) == group)
            pids.push_back(*pid);
    }
    if (pids.size() == before)
        return fail_errno(fmt::format("process group {}", group), ESRCH);
    return {};
}

}  // namespace

Result<std::vector<std::int32_t>> choose_processes(kapi::Kernel& kernel,
                                                   const std::vector<dolmen_node_info>& nodes,
                                                   const Movers& movers) {
    if (movers.pids.empty() && movers.group.empty() && movers.node.empty())
        return fail(
            Error::text("no process is named").hint("give a PID, -g PGRP or --all-of NODE"));
    std::vector<std::int32_t> pids;
    for (const std::string& word : movers.pids)
        pids.push_back(DOLMEN_TRY(process_id(word)));
    if (!movers.group.empty())
        DOLMEN_TRY(add_group(movers.group, pids));
    if (!movers.node.empty()) {
        const std::uint32_t node = DOLMEN_TRY(find_node(nodes, movers.node));
        for (const dolmen_process_info& process : DOLMEN_TRY(kernel.processes()))
            if (process.node == node)
                pids.push_back(process.pid);
    }
    return pids;
}

int move_all(kapi::Kernel& kernel, const std::vector<std::int32_t>& pids, std::uint32_t node,
             std::uint32_t timeout_ms) {
    int outcome = kOk;
    for (const std::int32_t pid : pids)
        if (const auto moved = kernel.move(pid, node, timeout_ms); !moved)
            outcome = report(moved.error());
    return outcome;
}

std::uint32_t refuge(const std::vector<dolmen_node_info>& nodes, std::uint32_t node) {
    const dolmen_node_info* best = nullptr;
    const auto load = [](const dolmen_node_info& info) { return 1.0 * info.guests / info.weight; };
    for (const dolmen_node_info& other : nodes) {
        const bool takes = other.node != 0 && other.node != node && other.state == DOLMEN_NODE_UP &&
                           other.weight != 0;
        if (takes && (best == nullptr || load(other) < load(*best)))
            best = &other;
    }
    return best == nullptr ? 0 : best->node;
}

Result<> empty_node(kapi::Kernel& kernel, std::uint32_t node, std::chrono::milliseconds limit) {
    constexpr std::uint32_t kAttempt = 5000;
    constexpr std::chrono::milliseconds kPause{100};
    const auto deadline = Deadline::after(limit);
    Result<> last;
    for (;;) {
        std::size_t left = 0;
        for (const dolmen_process_info& process : DOLMEN_TRY(kernel.processes())) {
            if (process.node != node)
                continue;
            ++left;
            last = kernel.move(process.pid, refuge(DOLMEN_TRY(kernel.nodes()), node), kAttempt);
            if (!last && last.error().code() != ESRCH)
                last = kernel.move(process.pid, 0, kAttempt);
            if (deadline.passed())
                break;
        }
        if (left == 0)
            return {};
        if (deadline.passed())
            return last ? fail_errno(fmt::format("empty node {}", node), EBUSY) : last;
        std::this_thread::sleep_for(kPause);  // what can not move may fail at once
    }
}

}  // namespace dolmen::cli
