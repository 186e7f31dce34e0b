// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/stage.hpp"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

namespace dolmen::qa {
namespace {

constexpr const char* kUser = "demo";

// Every file with its checksum, everything else with its kind; build by-products that hold times
// are the scenario's own business.
constexpr const char* kListing =
    "cd {0} && find . -mindepth 1 ! -type f -printf '%y %p %l\\n' | sort && "
    "find . -type f -print0 | sort -z | xargs -0 -r md5sum";

nlohmann::json nodes_of(const std::string& text) {
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    return json.is_object() && json.contains("nodes") ? json["nodes"] : nlohmann::json::array();
}

bool is_node(const nlohmann::json& node) {
    return node.value("node", 0U) != 0;
}

}  // namespace

const char* to_string(Way way) {
    switch (way) {
        case Way::kLocal:
            return "local";
        case Way::kNode:
            return "run --on a node";
        case Way::kSpread:
            return "spread";
    }
    return "";
}

Request Stage::request(Way way, const std::string& script) const {
    Request request;
    request.user = kUser;
    request.directory = kDirectory;
    switch (stay_home_ ? Way::kLocal : way) {
        case Way::kLocal:
            request.argv = {"dolmen", "local"};
            break;
        case Way::kNode:
            request.argv = {"dolmen", "run"};
            break;
        case Way::kSpread:
            request.argv = {"dolmen", "spread"};
            break;
    }
    request.argv.insert(request.argv.end(), {"sh", "-c", script});
    return request;
}

void Stage::clear() {
    look(fmt::format("rm -rf {0} && install -d -o demo -g demo {0}", kDirectory));
}

Ran Stage::run(const std::string& machine, const Request& request, std::chrono::milliseconds limit,
               const std::string& input) {
    Ran ran;
    const Result<RemoteResult> result =
        run_remote(cluster_, machine, request, patient(limit), input);
    if (!result) {
        ran.status = 255;
        ran.error = result.error().to_string();
        ran.timed_out = result.error().code() == ETIMEDOUT;
        return ran;
    }
    ran.status = result->outcome.shell_status();
    ran.output = result->output;
    ran.error = result->error + result->outcome.error;
    return ran;
}

Ran Stage::shell(Way way, const std::string& script, std::chrono::milliseconds limit,
                 const std::string& input) {
    return shell_as(kUser, way, script, limit, input);
}

Ran Stage::shell_as(const std::string& user, Way way, const std::string& script,
                    std::chrono::milliseconds limit, const std::string& input) {
    clear();
    Request wanted = request(way, script);
    wanted.user = user;
    Ran ran = run("head", wanted, limit, input);
    if (!ran.timed_out) {
        ran.files = look(fmt::format(kListing, kDirectory)).output;
    }
    return ran;
}

Ran Stage::look(const std::string& script, std::chrono::milliseconds limit) {
    Request request;
    request.argv = {"sh", "-c", script};
    return run("head", request, limit, "");
}

Ran Stage::look_at(const std::string& machine, std::vector<std::string> argv,
                   const std::string& input) {
    Request request;
    request.argv = std::move(argv);
    request.argv.insert(request.argv.begin(), "/bin/busybox");
    return run(machine, request, kScriptLimit, input);
}

NodeCounts Stage::counts() {
    NodeCounts counts;
    for (const nlohmann::json& node : nodes_of(look("dolmen nodes --json").output)) {
        if (is_node(node)) {
            counts.placed += node.value("placed", 0L);
            counts.forked += node.value("forked", 0L);
            counts.went_home += node.value("went_home", 0L);
        }
    }
    return counts;
}

long Stage::moves() {
    const nlohmann::json json =
        nlohmann::json::parse(look("dolmen counters --json").output, nullptr, false);
    long sum = 0;
    if (json.is_object() && json.contains("counters")) {
        for (const nlohmann::json& counter : json["counters"]) {
            if (counter.value("kind", "") == "moved") {
                sum += counter.value("count", 0L);
            }
        }
    }
    return sum;
}

std::string Stage::first_node() {
    const nlohmann::json nodes = nodes_of(look("dolmen nodes --json").output);
    for (const nlohmann::json& node : nodes) {
        if (is_node(node) && node.value("state", "") == "up") {
            return node.value("name", "");
        }
    }
    return "";
}

std::string Stage::machine_of(const std::string& node) {
    const Result<std::vector<MachineStatus>> machines = cluster_.machines();
    if (!machines) {
        return "";
    }
    for (const MachineStatus& machine : *machines) {
        Request request;
        request.argv = {"hostname"};
        const auto result = run_remote(cluster_, machine.name, request, kScriptLimit);
        if (machine.name != "head" && result && result->output == node + "\n") {
            return machine.name;
        }
    }
    return "";
}

}  // namespace dolmen::qa
