// SPDX-License-Identifier: GPL-2.0-only
#include "kapi/kernel.hpp"

#include "kapi/text.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/ioctl.h>

namespace dolmen::kapi {
namespace {

std::uint64_t to_number(const void* pointer) {
    return static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(pointer));
}

dolmen_link to_raw(const Link& link) {
    dolmen_link raw{};
    raw.control_fd = link.control_fd;
    raw.bulk_fd = link.bulk_fd;
    raw.node = link.node;
    raw.timeout_percent = link.timeout_percent;
    raw.epoch = link.epoch;
    set_text(raw.name, link.name);
    set_padded(raw.build_id, link.build);
    raw.memory = link.memory;
    raw.cpus = link.cpus;
    return raw;
}

class DeviceKernel final : public Kernel {
  public:
    explicit DeviceKernel(Fd device) : device_(std::move(device)) {}

    Result<Version> version() override {
        dolmen_version raw{};
        DOLMEN_TRY(call(DOLMEN_IOC_VERSION, &raw, "ask the module for its version"));
        return Version{raw.protocol, raw.roles, text(raw.build_id)};
    }
    Result<> become_head(std::uint64_t epoch, std::uint32_t timeout_percent) override {
        dolmen_head raw{};
        raw.epoch = epoch;
        raw.timeout_percent = timeout_percent;
        return call(DOLMEN_IOC_HEAD, &raw, "become the head");
    }
    Result<> add_node(const Link& link) override {
        dolmen_link raw = to_raw(link);
        return call(DOLMEN_IOC_ADD_NODE, &raw, "add " + link.name);
    }
    Result<> join(const Link& link) override {
        dolmen_link raw = to_raw(link);
        return call(DOLMEN_IOC_JOIN, &raw, "join as " + link.name);
    }
    Result<> drop_node(std::uint32_t node) override {
        return call_number(DOLMEN_IOC_DROP_NODE, node, fmt::format("drop node {}", node));
    }
    Result<> set_container(int proc_fd) override {
        dolmen_container raw{};
        raw.proc_fd = proc_fd;
        return call(DOLMEN_IOC_CONTAINER, &raw, "give the guest container to the module");
    }
    Result<> set_mode(dolmen_mode mode, std::uint32_t node) override {
        dolmen_set_mode raw{};
        raw.mode = mode;
        raw.node = node;
        return call(DOLMEN_IOC_SET_MODE, &raw, "set where programs run");
    }
    Result<> set_list(dolmen_list list, const std::vector<std::string>& entries) override {
        std::string joined;
        for (const std::string& entry : entries)
            joined += entry + '\n';
        dolmen_set_list raw{};
        raw.list = list;
        raw.bytes = static_cast<std::uint32_t>(joined.size());
        raw.text = to_number(joined.data());
        return call(DOLMEN_IOC_SET_LIST, &raw, "set a list of names");
    }
    Result<> set_weight(std::uint32_t node, std::uint32_t weight) override {
        dolmen_set_weight raw{};
        raw.node = node;
        raw.weight = weight;
        return call(DOLMEN_IOC_SET_WEIGHT, &raw, fmt::format("set the weight of node {}", node));
    }
    Result<> move(std::int32_t pid, std::uint32_t node, std::uint32_t timeout_ms) override {
        dolmen_move raw{};
        raw.pid = pid;
        raw.node = node;
        raw.timeout_ms = timeout_ms;
        auto moved = call(DOLMEN_IOC_MOVE, &raw, fmt::format("move process {}", pid));
        const std::string why = text(raw.why);
        if (!moved && !why.empty())
            return fail(std::move(moved.error()).hint(why));
        return moved;
    }
    Result<dolmen_why> why(std::int32_t pid) override {
        dolmen_why raw{};
        raw.pid = pid;
        DOLMEN_TRY(call(DOLMEN_IOC_WHY, &raw, fmt::format("process {}", pid)));
        return raw;
    }
    Result<std::vector<dolmen_node_info>> nodes() override {
        return table<dolmen_node_info>(DOLMEN_IOC_NODES, "list nodes");
    }
    Result<std::vector<dolmen_process_info>> processes() override {
        return table<dolmen_process_info>(DOLMEN_IOC_PROCESSES, "list processes");
    }
    Result<std::vector<dolmen_counter_info>> counters() override {
        return table<dolmen_counter_info>(DOLMEN_IOC_COUNTERS, "list counters");
    }
    Result<std::vector<dolmen_audit_info>> audit() override {
        return table<dolmen_audit_info>(DOLMEN_IOC_AUDIT, "audit");
    }

  private:
    template <class Argument>
    Result<> call(unsigned long request, Argument* argument, const std::string& what) {
        if (::ioctl(device_.get(), request, argument) < 0)
            return fail_errno(what);
        return {};
    }
    Result<> call_number(unsigned long request, std::uint32_t argument, const std::string& what) {
        if (::ioctl(device_.get(), request, static_cast<unsigned long>(argument)) < 0)
            return fail_errno(what);
        return {};
    }

    // A table may grow between the call that tells its size and the next one.
    template <class Entry>
    Result<std::vector<Entry>> table(unsigned long request, const char* what) {
        constexpr int kAttempts = 8;
        constexpr std::uint32_t kFirst = 64;
        std::vector<Entry> entries(kFirst);
        for (int attempt = 0; attempt < kAttempts; ++attempt) {
            dolmen_table raw{};
            raw.entries = static_cast<std::uint32_t>(entries.size());
            raw.entry_bytes = sizeof(Entry);
            raw.pointer = to_number(entries.data());
            DOLMEN_TRY(call(request, &raw, what));
            const bool complete = raw.entries <= entries.size();
            entries.resize(complete ? raw.entries : raw.entries + raw.entries / 2);
            if (complete)
                return entries;
        }
        return fail_errno(what, EAGAIN);
    }

    Fd device_;
};

}  // namespace

Result<std::unique_ptr<Kernel>> open_kernel() {
    auto device = open_file(DOLMEN_DEVICE, O_RDWR);
    // Ordinary users may only be allowed to read.
    if (!device && device.error().code() == EACCES)
        device = open_file(DOLMEN_DEVICE, O_RDONLY);
    if (!device)
        return fail(std::move(device.error()).hint("is the kernel module \"dolmen\" loaded?"));
    return std::unique_ptr<Kernel>(std::make_unique<DeviceKernel>(std::move(*device)));
}

const char* node_state_text(std::uint32_t state) {
    switch (state) {
        case DOLMEN_NODE_JOINING:
            return "joining";
        case DOLMEN_NODE_UP:
            return "up";
        case DOLMEN_NODE_DEAD:
            return "dead";
    }
    return "unknown";
}

const char* process_state_text(std::uint32_t state) {
    switch (state) {
        case DOLMEN_PROCESS_HOME:
            return "home";
        case DOLMEN_PROCESS_PLACING:
            return "placing";
        case DOLMEN_PROCESS_AWAY:
            return "away";
        case DOLMEN_PROCESS_RETURNING:
            return "returning";
        case DOLMEN_PROCESS_EXITING:
            return "exiting";
        case DOLMEN_PROCESS_DEAD:
            return "dead";
    }
    return "unknown";
}

const char* counter_kind_text(std::uint32_t kind) {
    switch (kind) {
        case DOLMEN_COUNTER_WENT_HOME:
            return "went-home";
        case DOLMEN_COUNTER_ASKED_HOME:
            return "asked-home";
        case DOLMEN_COUNTER_PLACED:
            return "placed";
        case DOLMEN_COUNTER_STAYED:
            return "stayed";
        case DOLMEN_COUNTER_MOVED:
            return "moved";
    }
    return "unknown";
}

}  // namespace dolmen::kapi
