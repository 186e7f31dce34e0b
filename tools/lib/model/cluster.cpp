// SPDX-License-Identifier: GPL-2.0-only
#include "model/cluster.hpp"

#include <fmt/core.h>
#include <sstream>

namespace dolmen::model {

std::uint32_t Cluster::place_for(const std::string& key, std::uint32_t wanted) const {
    for (const auto& [id, node] : nodes_)
        if (node.mac == key)
            return id;
    if (wanted >= 1 && wanted <= kMaxNodes && !nodes_.contains(wanted))
        return wanted;
    for (std::uint32_t id = 1; id <= kMaxNodes; ++id)
        if (!nodes_.contains(id))
            return id;
    std::uint32_t oldest = 0;
    for (const auto& [id, when] : left_at_)
        if (oldest == 0 || when < left_at_.at(oldest))
            oldest = id;
    return oldest;
}

Result<Node> Cluster::admit(const std::string& mac, const std::string& machine,
                            const std::string& address, std::uint32_t wanted) {
    const std::string key = mac.empty() ? machine : mac;
    const std::uint32_t id = place_for(key, wanted);
    if (id == 0)
        return fail_errno(fmt::format("all {} places are taken", kMaxNodes), ENOSPC);
    Node& node = nodes_[id];
    node = Node{id, fmt::format("node{}", id), key, machine, address, NodeState::kPreparing};
    left_at_.erase(id);
    return node;
}

Result<> Cluster::set_state(std::uint32_t id, NodeState state) {
    const auto found = nodes_.find(id);
    if (found == nodes_.end())
        return fail_errno(fmt::format("node {}", id), ENOENT);
    found->second.state = state;
    if (state == NodeState::kAway)
        left_at_[id] = ++leavings_;
    else
        left_at_.erase(id);
    return {};
}

const Node* Cluster::find(std::uint32_t id) const {
    const auto found = nodes_.find(id);
    return found == nodes_.end() ? nullptr : &found->second;
}

std::vector<Node> Cluster::nodes() const {
    std::vector<Node> all;
    all.reserve(nodes_.size());
    for (const auto& [id, node] : nodes_)
        all.push_back(node);
    return all;
}

std::string Cluster::to_text() const {
    std::string text;
    for (const auto& [id, node] : nodes_)
        text += fmt::format("{}\t{}\t{}\t{}\t{}\n", id, node.mac, node.machine, node.address,
                            static_cast<int>(node.state));
    return text;
}

Result<Cluster> Cluster::parse(const std::string& text) {
    Cluster cluster;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        Node node;
        int state = 0;
        words >> node.id >> node.mac >> node.machine >> node.address >> state;
        if (!words || node.id < 1 || node.id > kMaxNodes || state < 0 ||
            state > static_cast<int>(NodeState::kUp))
            return fail_errno("line \"" + line + "\" of the node table", EBADMSG);
        node.name = fmt::format("node{}", node.id);
        node.state = static_cast<NodeState>(state);
        if (node.state == NodeState::kAway)
            cluster.left_at_[node.id] = ++cluster.leavings_;
        cluster.nodes_[node.id] = std::move(node);
    }
    return cluster;
}

}  // namespace dolmen::model
