// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/status.hpp"

#include "base/file.hpp"

#include <sys/statvfs.h>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace dolmen::daemon {
namespace {

using Json = nlohmann::json;

const char* state_text(model::NodeState state) {
    switch (state) {
        case model::NodeState::kUp:
            return "up";
        case model::NodeState::kPreparing:
            return "joining";
        case model::NodeState::kAway:
            break;
    }
    return "away";
}

Json to_json(const LanStatus& lan) {
    Json keys = Json::array();
    for (const model::LanKey& key : lan.keys)
        keys.push_back({{"key", std::string(1, key.key)}, {"text", key.text}});
    return {{"mode", lan.mode},
            {"interface", lan.interface},
            {"address", lan.address},
            {"reason", lan.reason},
            {"keys", std::move(keys)}};
}

Json nodes_json(const Status& status) {
    Json nodes = Json::array();
    for (const model::Node& node : status.nodes) {
        const auto machine =
            std::find_if(status.machines.begin(), status.machines.end(),
                         [&](const Machine& candidate) { return candidate.mac == node.mac; });
        const bool up = node.state == model::NodeState::kUp;
        nodes.push_back(
            {{"name", node.name},
             {"mac", node.mac},
             {"state", state_text(node.state)},
             {"address", node.address},
             {"problem", machine == status.machines.end() || up ? "" : machine->problem}});
    }
    return nodes;
}

Json machines_json(const std::vector<Machine>& machines) {
    Json list = Json::array();
    for (const Machine& machine : machines)
        list.push_back({{"mac", machine.mac},
                        {"address", machine.address},
                        {"stage", machine.stage},
                        {"problem", machine.problem},
                        {"seconds", machine.age.count()}});
    return list;
}

}  // namespace

nlohmann::json to_json(const Status& status) {
    Json json = {{"type", "status"},
                 {"version", status.version},
                 {"build", status.build},
                 {"lan", to_json(status.lan)},
                 {"nodes", nodes_json(status)},
                 {"machines", machines_json(status.machines)},
                 {"root", {{"total", status.root.total}, {"free", status.root.free}}}};
    if (!status.login_user.empty())
        json["login"] = {{"user", status.login_user}, {"password_file", kLoginFile}};
    return json;
}

Room room_of(const std::string& path) {
    struct statvfs found {};
    if (::statvfs(path.c_str(), &found) < 0)
        return {};
    return {found.f_blocks * found.f_frsize, found.f_bavail * found.f_frsize};
}

std::string login_user(const std::string& file) {
    const std::string text = read_file(file).value_or("");
    return text.substr(0, text.find_first_of(" \n"));
}

}  // namespace dolmen::daemon
