// SPDX-License-Identifier: GPL-2.0-only
#include "rpc/join.hpp"

#include "rpc/field.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace dolmen::rpc {
namespace {

constexpr std::uint32_t kMaxCpus = 4096;
constexpr std::uint64_t kMaxMemory = 1ULL << 50U;
constexpr std::size_t kNameLimit = 31;   // DOLMEN_NAME_LEN less its NUL
constexpr std::size_t kBuildLimit = 40;  // DOLMEN_BUILD_ID_LEN
constexpr std::size_t kPathLimit = 4095;
constexpr std::size_t kMaxHomeMounts = 1024;

tl::unexpected<Error> bad(const std::string& what) {
    return fail_errno("join message: " + what, EBADMSG);
}

Result<HomeMount> home_mount(const Json& entry) {
    HomeMount mount;
    mount.path = DOLMEN_TRY(text_field(entry, "path", kPathLimit));
    mount.kind = DOLMEN_TRY(text_field(entry, "kind"));
    const bool clean = mount.path.size() > 1 && mount.path.front() == '/' &&
                       mount.path.find("/../") == std::string::npos && !mount.path.ends_with("/..");
    if (!clean)
        return bad("mount point " + mount.path);
    if (mount.kind != "proc" && mount.kind != "dev" && mount.kind != "other")
        return bad("mount kind " + mount.kind);
    return mount;
}

// Words that go into tables and logs.
Result<> check_identifier(const std::string& text) {
    const bool clean = std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == ':' || c == '-' || c == '.' || c == '_';
    });
    if (!clean)
        return bad("identifier \"" + text + "\"");
    return {};
}

Result<JoinRequest> join_request(const Json& message) {
    const auto protocol = DOLMEN_TRY(number_field(message, "protocol", 0, UINT32_MAX));
    if (protocol != kJoinProtocol)
        return fail_errno(
            fmt::format("join message: protocol {}, ours is {}", protocol, kJoinProtocol), EPROTO);
    JoinRequest request;
    request.build = DOLMEN_TRY(text_field(message, "build", kBuildLimit));
    request.machine = DOLMEN_TRY(text_field(message, "machine", 64));
    if (request.machine.empty())
        return bad("no machine id");
    request.mac = DOLMEN_TRY(optional_text_field(message, "mac", 64));
    DOLMEN_TRY(check_identifier(request.machine));
    DOLMEN_TRY(check_identifier(request.mac));
    request.cpus =
        static_cast<std::uint32_t>(DOLMEN_TRY(number_field(message, "cpus", 1, kMaxCpus)));
    request.memory = DOLMEN_TRY(number_field(message, "memory", 1, kMaxMemory));
    request.node =
        static_cast<std::uint32_t>(DOLMEN_TRY(number_field(message, "node", 0, kMaxNodes)));
    return request;
}

Result<BulkHello> bulk_hello(const Json& message) {
    BulkHello hello;
    hello.node =
        static_cast<std::uint32_t>(DOLMEN_TRY(number_field(message, "node", 1, kMaxNodes)));
    hello.token = DOLMEN_TRY(text_field(message, "token", 64));
    return hello;
}

Result<Welcome> welcome_message(const Json& message) {
    Welcome welcome;
    welcome.node =
        static_cast<std::uint32_t>(DOLMEN_TRY(number_field(message, "node", 1, kMaxNodes)));
    welcome.name = DOLMEN_TRY(text_field(message, "name", kNameLimit));
    welcome.epoch = DOLMEN_TRY(number_text_field(message, "epoch"));
    welcome.timeout_percent =
        static_cast<std::uint32_t>(DOLMEN_TRY(number_field(message, "timeout_percent", 100, 1000)));
    welcome.token = DOLMEN_TRY(text_field(message, "token", 64));
    welcome.hostname = DOLMEN_TRY(text_field(message, "hostname", 64));
    const Json* root = DOLMEN_TRY(object_field(message, "root"));
    welcome.root_server = DOLMEN_TRY(text_field(*root, "server", 64));
    welcome.root_options = DOLMEN_TRY(text_field(*root, "options", 512));
    const Json* mounts = DOLMEN_TRY(array_field(message, "homefs", kMaxHomeMounts));
    for (const Json& entry : *mounts)
        welcome.home_mounts.push_back(DOLMEN_TRY(home_mount(entry)));
    const Json* sysctls = DOLMEN_TRY(object_field(message, "sysctls"));
    for (const auto& [name, value] : sysctls->items())
        welcome.sysctls.emplace(name, DOLMEN_TRY(text_field(*sysctls, name.c_str())));
    return welcome;
}

Result<TimeAnswer> time_answer(const Json& message) {
    TimeAnswer answer;
    answer.realtime_ns = DOLMEN_TRY(signed_text_field(message, "time_ns"));
    answer.monotonic_ns = DOLMEN_TRY(signed_text_field(message, "monotonic_ns"));
    answer.boottime_ns = DOLMEN_TRY(signed_text_field(message, "boottime_ns"));
    return answer;
}

}  // namespace

Json to_json(const JoinRequest& message) {
    return {{"type", "join"},           {"protocol", kJoinProtocol},
            {"build", message.build},   {"machine", message.machine},
            {"mac", message.mac},       {"cpus", message.cpus},
            {"memory", message.memory}, {"node", message.node}};
}

Json to_json(const Welcome& message) {
    Json mounts = Json::array();
    for (const HomeMount& mount : message.home_mounts)
        mounts.push_back({{"path", mount.path}, {"kind", mount.kind}});
    Json sysctls = Json::object();
    for (const auto& [name, value] : message.sysctls)
        sysctls[name] = value;
    return {{"type", "welcome"},
            {"node", message.node},
            {"name", message.name},
            {"epoch", std::to_string(message.epoch)},
            {"timeout_percent", message.timeout_percent},
            {"token", message.token},
            {"root", {{"server", message.root_server}, {"options", message.root_options}}},
            {"hostname", message.hostname},
            {"homefs", std::move(mounts)},
            {"sysctls", std::move(sysctls)}};
}

Json to_json(const Refused& message) {
    Json refused{
        {"type", "refused"}, {"reason", message.reason}, {"retry_s", message.retry_seconds}};
    if (message.other_build)
        refused["other_build"] = true;
    return refused;
}

Json to_json(const BulkHello& message) {
    return {{"type", "bulk"}, {"node", message.node}, {"token", message.token}};
}

Json to_json(const TimeRequest& /*message*/) {
    return {{"type", "time"}};
}

Json to_json(const TimeAnswer& message) {
    return {{"type", "time"},
            {"time_ns", std::to_string(message.realtime_ns)},
            {"monotonic_ns", std::to_string(message.monotonic_ns)},
            {"boottime_ns", std::to_string(message.boottime_ns)}};
}

Json to_json(const Go& /*message*/) {
    return {{"type", "go"}};
}

Result<NodeMessage> node_message(const Json& message) {
    const std::string type = DOLMEN_TRY(text_field(message, "type"));
    if (type == "join")
        return NodeMessage{DOLMEN_TRY(join_request(message))};
    if (type == "bulk")
        return NodeMessage{DOLMEN_TRY(bulk_hello(message))};
    if (type == "time")
        return NodeMessage{TimeRequest{}};
    return bad("type " + type);
}

Result<HeadMessage> head_message(const Json& message) {
    const std::string type = DOLMEN_TRY(text_field(message, "type"));
    if (type == "welcome")
        return HeadMessage{DOLMEN_TRY(welcome_message(message))};
    if (type == "go")
        return HeadMessage{Go{}};
    if (type == "time")
        return HeadMessage{DOLMEN_TRY(time_answer(message))};
    if (type != "refused")
        return bad("type " + type);
    Refused refused;
    refused.reason = DOLMEN_TRY(text_field(message, "reason"));
    refused.retry_seconds =
        static_cast<std::uint32_t>(DOLMEN_TRY(number_field(message, "retry_s", 0, 3600)));
    // Absent in what older heads say, and wherever it is not so.
    refused.other_build = message.value("other_build", Json(false)) == Json(true);
    return HeadMessage{refused};
}

}  // namespace dolmen::rpc
