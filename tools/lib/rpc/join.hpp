// SPDX-License-Identifier: GPL-2.0-only
// The messages of the join between a node and the head; docs/join-protocol.md
// tells their order. Every value that came from the other side is in range here.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <variant>
#include <vector>

namespace dolmen::rpc {

using Json = nlohmann::json;

constexpr std::uint16_t kJoinPort = 7747;
constexpr std::uint32_t kJoinProtocol = 1;
constexpr std::size_t kJoinFrameLimit = 64U << 10U;
constexpr std::uint32_t kMaxNodes = 64;  // node ids are 1..kMaxNodes

// Settings below /proc/sys that decide what a program sees or may do: a node
// takes the head's values for these and for nothing else.
constexpr const char* kSharedSysctls[] = {
    "vm/max_map_count",          "vm/overcommit_memory", "vm/overcommit_ratio",
    "vm/mmap_min_addr",          "fs/nr_open",           "fs/protected_symlinks",
    "fs/protected_hardlinks",    "fs/protected_regular", "fs/protected_fifos",
    "kernel/randomize_va_space",
};

// node -> head, first message of the control connection
struct JoinRequest {
    std::string build;    // of the node's kernel modules
    std::string machine;  // tells machines apart; not a secret
    std::string mac;      // of the cluster NIC; empty under --solo
    std::uint32_t cpus = 0;
    std::uint64_t memory = 0;  // bytes
    std::uint32_t node = 0;    // the id it had last, 0: none
};

// A mount point of the head that nodes reach through the head only.
struct HomeMount {
    std::string path;
    std::string kind;  // "proc", "dev", "other"
    bool operator==(const HomeMount&) const = default;
};

// head -> node: what the node prepares itself with
struct Welcome {
    std::uint32_t node = 0;
    std::string name;
    std::uint64_t epoch = 0;
    std::uint32_t timeout_percent = 100;
    std::string token;  // proves on the bulk connection that it is the same node
    std::string root_server;
    std::string root_options;  // of the NFS mount, without addr and clientaddr
    std::string hostname;      // of the head: what guests see
    std::vector<HomeMount> home_mounts;
    std::map<std::string, std::string> sysctls;  // "vm/max_map_count" -> value
};

// head -> node
struct Refused {
    std::string reason;
    std::uint32_t retry_seconds = 1;
    bool other_build = false;  // the node has to become what the head boots its nodes with
};

// node -> head, the only message of the bulk connection
struct BulkHello {
    std::uint32_t node = 0;
    std::string token;
};

// head -> node on both connections: behind it come the kernels' own messages
struct Go {};

// node -> head, on a connection of its own, several times over it
struct TimeRequest {};

// head -> node: its clocks at the time of sending, in nanoseconds
struct TimeAnswer {
    std::int64_t realtime_ns = 0;
    std::int64_t monotonic_ns = 0;
    std::int64_t boottime_ns = 0;
};

using NodeMessage = std::variant<JoinRequest, BulkHello, TimeRequest>;
using HeadMessage = std::variant<Welcome, Refused, Go, TimeAnswer>;

Json to_json(const JoinRequest& message);
Json to_json(const Welcome& message);
Json to_json(const Refused& message);
Json to_json(const BulkHello& message);
Json to_json(const Go& message);
Json to_json(const TimeRequest& message);
Json to_json(const TimeAnswer& message);

// EBADMSG, or EPROTO: another version of this protocol.
Result<NodeMessage> node_message(const Json& message);
Result<HeadMessage> head_message(const Json& message);

}  // namespace dolmen::rpc
