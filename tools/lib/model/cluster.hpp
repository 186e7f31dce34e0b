// SPDX-License-Identifier: GPL-2.0-only
// Cluster: the head's book of machines. Pure: it is told what happens and says
// which id and name a machine has.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace dolmen::model {

constexpr std::uint32_t kMaxNodes = 64;

enum class NodeState { kAway, kPreparing, kUp };

struct Node {
    std::uint32_t id = 0;  // 1..kMaxNodes
    std::string name;      // "node" and the id
    std::string mac;       // the key; the machine's id where there is no MAC
    std::string machine;
    std::string address;  // IPv4 it last came from
    NodeState state = NodeState::kAway;
    bool operator==(const Node&) const = default;
};

class Cluster {
  public:
    // The machine's place: the one it had, else the first that was never used,
    // else the longest unused of another machine. `wanted` (0: none) is what it
    // had under a head before this one; it gets that if nobody has. ENOSPC: all
    // places belong to machines that are not away.
    Result<Node> admit(const std::string& mac, const std::string& machine,
                       const std::string& address, std::uint32_t wanted);
    // ENOENT: no such node. Going to kAway makes the place the last to be reused.
    Result<> set_state(std::uint32_t id, NodeState state);

    const Node* find(std::uint32_t id) const;
    std::vector<Node> nodes() const;  // by id

    // What a new daemon of the same head needs to know; parse: EBADMSG.
    std::string to_text() const;
    static Result<Cluster> parse(const std::string& text);

  private:
    std::uint32_t place_for(const std::string& key, std::uint32_t wanted) const;

    std::map<std::uint32_t, Node> nodes_;
    std::map<std::uint32_t, std::uint64_t> left_at_;  // order of leaving
    std::uint64_t leavings_ = 0;
};

}  // namespace dolmen::model
