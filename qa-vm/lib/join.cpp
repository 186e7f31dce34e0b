// SPDX-License-Identifier: GPL-2.0-only
#include "lib/join.hpp"

#include <nlohmann/json.hpp>

#include "lib/pause.hpp"
#include "lib/remote_command.hpp"

namespace dolmen::qa {
namespace {

constexpr std::chrono::milliseconds kAskLimit{15000};

}  // namespace

std::optional<unsigned> count_joined(const std::string& nodes_json) {
    const nlohmann::json json = nlohmann::json::parse(nodes_json, nullptr, false);
    const nlohmann::json* nodes = &json;
    if (json.is_object() && json.contains("nodes")) {
        nodes = &json["nodes"];
    }
    if (!nodes->is_array()) {
        return std::nullopt;
    }
    unsigned count = 0;
    for (const nlohmann::json& node : *nodes) {
        if (node.is_object() && node.value("node", 0U) != 0 && node.value("state", "") == "up") {
            ++count;
        }
    }
    return count;
}

std::optional<unsigned> joined_nodes(const ControlClient& cluster) {
    Request request;
    request.argv = {"dolmen", "nodes", "--json"};
    const Result<RemoteResult> result = run_remote(cluster, "head", request, kAskLimit);
    if (!result || result->outcome.shell_status() != 0) {
        return std::nullopt;
    }
    return count_joined(result->output);
}

Result<> wait_for_nodes(const ControlClient& cluster, unsigned nodes,
                        std::chrono::milliseconds limit) {
    const Deadline deadline = Deadline::after(limit);
    while (true) {
        const std::optional<unsigned> joined = joined_nodes(cluster);
        if (joined && *joined >= nodes) {
            return {};
        }
        if (deadline.passed()) {
            return fail_errno(joined ? std::to_string(*joined) + " nodes have joined"
                                     : std::string("the head does not answer"),
                              ETIMEDOUT);
        }
        pause_between_looks();
    }
}

}  // namespace dolmen::qa
