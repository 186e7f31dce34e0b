// SPDX-License-Identifier: GPL-2.0-only
#include "fake_kernel.hpp"

#include "kapi/text.hpp"

#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace dolmen::tests {
namespace {

constexpr int kGreetingWait = 5000;  // ms
constexpr const char* kHeadGreeting = "HEAD";
constexpr const char* kNodeGreeting = "NODE";

// Sends four bytes and expects the other side's, and no more.
Result<> greet(int fd, const std::string& ours, const std::string& theirs) {
    DOLMEN_TRY(write_all(fd, ours));
    char buffer[8] = {};
    std::size_t got = 0;
    while (got < theirs.size()) {
        const bool ready = DOLMEN_TRY(wait_for(fd, POLLIN, kGreetingWait));
        const ssize_t done = ready ? ::read(fd, buffer + got, theirs.size() - got) : 0;
        if (done <= 0)
            return fail_errno("greet", ETIMEDOUT);
        got += static_cast<std::size_t>(done);
    }
    if (std::string(buffer) != theirs)
        return fail_errno("greet: " + std::string(buffer), EPROTO);
    return {};
}

}  // namespace

Result<kapi::Version> FakeKernel::version() {
    return kapi::Version{1, DOLMEN_ROLE_HEAD, build};
}

Result<> FakeKernel::become_head(std::uint64_t new_epoch, std::uint32_t /*timeout_percent*/) {
    const std::lock_guard lock(mutex);
    if (is_head)
        return fail_errno("become the head", EBUSY);
    is_head = true;
    epoch = new_epoch;
    return {};
}

Result<> FakeKernel::add_node(const kapi::Link& link) {
    DOLMEN_TRY(greet(link.control_fd, kHeadGreeting, kNodeGreeting));
    DOLMEN_TRY(greet(link.bulk_fd, kHeadGreeting, kNodeGreeting));
    const std::lock_guard lock(mutex);
    if (link.epoch != epoch)
        return fail_errno("add node", EPROTO);
    dolmen_node_info info{};
    info.node = link.node;
    info.state = DOLMEN_NODE_UP;
    info.cpus = link.cpus;
    info.memory = link.memory;
    info.memory_free = link.memory;
    kapi::set_text(info.name, link.name);
    table[link.node] = info;
    return {};
}

Result<> FakeKernel::join(const kapi::Link& link) {
    DOLMEN_TRY(greet(link.control_fd, kNodeGreeting, kHeadGreeting));
    return greet(link.bulk_fd, kNodeGreeting, kHeadGreeting);
}

Result<> FakeKernel::drop_node(std::uint32_t node) {
    const std::lock_guard lock(mutex);
    dropped.push_back(node);
    if (table.erase(node) == 0)
        return fail_errno("drop node", ENODEV);
    return {};
}

Result<> FakeKernel::set_container(int /*proc_fd*/) {
    return {};
}

Result<> FakeKernel::set_mode(dolmen_mode /*mode*/, std::uint32_t /*node*/) {
    return {};
}

Result<> FakeKernel::set_list(dolmen_list list, const std::vector<std::string>& entries) {
    const std::lock_guard lock(mutex);
    lists[list] = entries;
    return {};
}

Result<> FakeKernel::set_weight(std::uint32_t node, std::uint32_t weight) {
    const std::lock_guard lock(mutex);
    if (!table.contains(node))
        return fail_errno("set weight", ENODEV);
    weights[node] = weight;
    return {};
}

Result<> FakeKernel::move(std::int32_t pid, std::uint32_t node, std::uint32_t /*timeout_ms*/) {
    const std::lock_guard lock(mutex);
    if (cannot_move.contains(pid))
        return fail_errno(fmt::format("move process {}", pid), EOPNOTSUPP);
    for (dolmen_process_info& process : away)
        if (process.pid == pid)
            process.node = node;
    return {};
}

Result<dolmen_why> FakeKernel::why(std::int32_t pid) {
    const std::lock_guard lock(mutex);
    dolmen_why why{};
    why.pid = pid;
    for (const dolmen_process_info& process : away)
        if (process.pid == pid)
            why.node = process.node;
    return why;
}

Result<std::vector<dolmen_node_info>> FakeKernel::nodes() {
    const std::lock_guard lock(mutex);
    std::vector<dolmen_node_info> list;
    for (const auto& [id, info] : table)
        list.push_back(info);
    return list;
}

Result<std::vector<dolmen_process_info>> FakeKernel::processes() {
    const std::lock_guard lock(mutex);
    return away;
}

Result<std::vector<dolmen_counter_info>> FakeKernel::counters() {
    return std::vector<dolmen_counter_info>{};
}

Result<std::vector<dolmen_audit_info>> FakeKernel::audit() {
    return std::vector<dolmen_audit_info>{};
}

}  // namespace dolmen::tests
