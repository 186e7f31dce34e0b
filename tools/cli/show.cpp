// SPDX-License-Identifier: GPL-2.0-only
#include "cli/show.hpp"

#include "cli/table.hpp"
#include "kapi/text.hpp"

#include <fmt/core.h>
#include <pwd.h>
#include <algorithm>
#include <array>
#include <ctime>
#include <nlohmann/json.hpp>

namespace dolmen::cli {
namespace {

std::string text_of(std::uint64_t number) {
    return fmt::format("{}", number);
}

std::string user_name(std::uint32_t uid) {
    passwd entry{};
    passwd* result = nullptr;
    std::array<char, 4096> buffer{};
    if (::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &result) != 0 || result == nullptr)
        return text_of(uid);
    return entry.pw_name;
}

std::string roles_text(std::uint32_t roles) {
    const bool head = (roles & DOLMEN_ROLE_HEAD) != 0;
    const bool node = (roles & DOLMEN_ROLE_NODE) != 0;
    if (head && node)
        return "head and node";
    if (head)
        return "head";
    return node ? "node" : "none";
}

}  // namespace

std::string name_of(std::uint32_t node, const NodeNames& names) {
    const auto found = names.find(node);
    return found == names.end() || found->second.empty() ? text_of(node) : found->second;
}

NodeNames node_names(const Nodes& nodes) {
    NodeNames names;
    for (const dolmen_node_info& node : nodes)
        names[node.node] = kapi::text(node.name);
    return names;
}

Json nodes_json(const Nodes& nodes) {
    Json list = Json::array();
    for (const dolmen_node_info& node : nodes)
        list.push_back({{"node", node.node},
                        {"name", kapi::text(node.name)},
                        {"state", kapi::node_state_text(node.state)},
                        {"cpus", node.cpus},
                        {"memory", node.memory},
                        {"memory_free", node.memory_free},
                        {"load", node.load_permille / 1000.0},
                        {"guests", node.guests},
                        {"weight", node.weight},
                        {"placed", node.placed},
                        {"forked", node.forked},
                        {"went_home", node.went_home},
                        {"messages_sent", node.messages_sent},
                        {"messages_received", node.messages_received},
                        {"bytes_sent", node.bytes_sent},
                        {"bytes_received", node.bytes_received},
                        {"busy_ns", node.busy_ns}});
    return {{"nodes", std::move(list)}};
}

std::string nodes_text(const Nodes& nodes) {
    const std::vector<Column> columns = {
        {"NODE", true},   {"NAME"},       {"STATE"},         {"CPUS", true},   {"LOAD", true},
        {"MEMORY", true}, {"FREE", true}, {"GUESTS", true},  {"WEIGHT", true}, {"PLACED", true},
        {"FORKED", true}, {"HOME", true}, {"CPU-TIME", true}};
    std::vector<std::vector<std::string>> rows;
    for (const dolmen_node_info& node : nodes)
        rows.push_back(
            {text_of(node.node), kapi::text(node.name), kapi::node_state_text(node.state),
             text_of(node.cpus), fmt::format("{:.2f}", node.load_permille / 1000.0),
             human_bytes(node.memory), human_bytes(node.memory_free), text_of(node.guests),
             text_of(node.weight), text_of(node.placed), text_of(node.forked),
             text_of(node.went_home), human_seconds(node.busy_ns)});
    return print_table(columns, rows);
}

Json processes_json(const Processes& processes, const NodeNames& names) {
    Json list = Json::array();
    for (const dolmen_process_info& process : processes)
        list.push_back({{"pid", process.pid},
                        {"node", process.node},
                        {"name", name_of(process.node, names)},
                        {"state", kapi::process_state_text(process.state)},
                        {"uid", process.uid},
                        {"incarnation", process.incarnation},
                        {"utime_ns", process.utime_ns},
                        {"stime_ns", process.stime_ns},
                        {"resident", process.resident},
                        {"comm", kapi::text(process.comm)},
                        {"requests", process.requests}});
    return {{"processes", std::move(list)}};
}

std::string processes_text(const Processes& processes, const NodeNames& names) {
    const std::vector<Column> columns = {{"PID", true},      {"USER"},       {"NODE"},
                                         {"STATE"},          {"TIME", true}, {"MEMORY", true},
                                         {"REQUESTS", true}, {"COMMAND"}};
    std::vector<std::vector<std::string>> rows;
    for (const dolmen_process_info& process : processes)
        rows.push_back({fmt::format("{}", process.pid), user_name(process.uid),
                        name_of(process.node, names), kapi::process_state_text(process.state),
                        human_seconds(process.utime_ns + process.stime_ns),
                        human_bytes(process.resident), text_of(process.requests),
                        kapi::text(process.comm)});
    return print_table(columns, rows);
}

Json counters_json(const Counters& counters, const NodeNames& names) {
    Json list = Json::array();
    for (const dolmen_counter_info& counter : counters)
        list.push_back({{"kind", kapi::counter_kind_text(counter.kind)},
                        {"node", counter.node},
                        {"name", name_of(counter.node, names)},
                        {"comm", kapi::text(counter.comm)},
                        {"call", kapi::text(counter.call)},
                        {"count", counter.count}});
    return {{"counters", std::move(list)}};
}

std::string counters_text(const Counters& counters, const NodeNames& names) {
    Counters sorted = counters;
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& left, const auto& right) {
        return left.kind != right.kind ? left.kind < right.kind : left.count > right.count;
    });
    std::vector<std::vector<std::string>> rows;
    for (const dolmen_counter_info& counter : sorted)
        rows.push_back({kapi::counter_kind_text(counter.kind), kapi::text(counter.comm),
                        kapi::text(counter.call), name_of(counter.node, names),
                        text_of(counter.count)});
    return print_table({{"KIND"}, {"PROGRAM"}, {"CALL"}, {"NODE"}, {"COUNT", true}}, rows);
}

Json audit_json(const Audit& audit) {
    Json list = Json::array();
    for (const dolmen_audit_info& entry : audit)
        list.push_back({{"what", kapi::text(entry.what)}, {"count", entry.count}});
    return {{"audit", std::move(list)}};
}

std::string audit_text(const Audit& audit) {
    std::vector<std::vector<std::string>> rows;
    for (const dolmen_audit_info& entry : audit)
        rows.push_back({kapi::text(entry.what), text_of(entry.count)});
    return print_table({{"WHAT"}, {"COUNT", true}}, rows);
}

Json version_json(const std::string& tools, const kapi::Version& kernel) {
    return {{"tools", tools},
            {"protocol", kernel.protocol},
            {"build", kernel.build},
            {"role", roles_text(kernel.roles)}};
}

std::string version_text(const std::string& tools, const kapi::Version& kernel) {
    return fmt::format("dolmen {}, kernel modules build {} (protocol {}), role: {}\n", tools,
                       kernel.build, kernel.protocol, roles_text(kernel.roles));
}

std::string event_text(const Json& event) {
    const std::uint64_t time = std::strtoull(event.value("time_ns", "0").c_str(), nullptr, 10);
    const auto seconds = static_cast<std::time_t>(time / 1'000'000'000);
    std::tm local{};
    ::localtime_r(&seconds, &local);
    std::array<char, 32> stamp{};
    std::strftime(stamp.data(), stamp.size(), "%Y-%m-%d %H:%M:%S", &local);
    std::string line = fmt::format("{}.{:03} {}", stamp.data(), time / 1'000'000 % 1000,
                                   event.value("event", "?"));
    if (const auto node = event.value("node", 0U); node != 0)
        line += fmt::format(" node {}", node);
    if (const auto pid = event.value("pid", 0U); pid != 0)
        line += fmt::format(" pid {}", pid);
    if (const auto text = event.value("text", ""); !text.empty())
        line += ": " + text;
    return line + '\n';
}

}  // namespace dolmen::cli
