// SPDX-License-Identifier: GPL-2.0-only
// HeadStatus: what dolmend tells of the head on its unix socket, and the two
// questions that can be asked there: {"type":"status"} is answered by one frame and
// {"type":"end"}, {"type":"lan-key","key":"p"} by {"type":"done"}.
//
// A newer dolmend may tell more and an older one less: members that are unknown are
// not looked at, those that are missing or malformed are as if empty. Texts may come
// from machines of the network: who shows them makes them harmless (base/display.hpp).
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace dolmen::rpc {

using Json = nlohmann::json;

constexpr const char* kDaemonSocket = "/run/dolmen/dolmend.sock";

enum class LanMode {
    kUnknown,
    kProbing,  // looks for other servers
    kOff,      // nothing is served
    kProxy,    // boot files beside another DHCP server
    kFull,     // addresses and boot files
    kDirect,   // nodes are booted by other means
};

// A key of the console that changes what is served; only root may send it.
struct LanKey {
    char key = 0;      // a lower-case letter or a digit
    std::string text;  // goes on from "press P to"
    bool operator==(const LanKey&) const = default;
};

struct LanStatus {
    LanMode mode = LanMode::kUnknown;
    std::string interface;
    std::string address;  // "10.77.0.1/24"
    std::string reason;   // one sentence
    std::vector<LanKey> keys;
};

enum class NodeStatusState { kUnknown, kUp, kJoining, kAway };

struct NodeStatus {
    std::string name;
    std::string mac;
    NodeStatusState state = NodeStatusState::kUnknown;
    std::string address;
    std::string problem;  // its last failure, in words
};

// A machine on its way to become a node, or a node that is lost.
enum class MachineStage { kUnknown, kSeen, kLoading, kBooting, kLost };

struct MachineStatus {
    std::string mac;
    std::string address;
    MachineStage stage = MachineStage::kUnknown;
    std::string problem;
    std::uint64_t seconds = 0;  // in this stage
};

// It has asked for longer than any firmware needs, and goes on: those that only take an
// address are forgotten by then.
bool asks_in_vain(const MachineStatus& machine);

// The file system that takes what programs write; total 0: not known.
struct RootSpace {
    std::uint64_t total = 0;  // bytes
    std::uint64_t free = 0;
};

struct HeadStatus {
    std::string version;
    std::string build;
    LanStatus lan;
    std::vector<NodeStatus> nodes;
    std::vector<MachineStatus> machines;
    RootSpace root;
    std::string password_file;  // of the login that the console shows
};

HeadStatus head_status(const Json& message);

// Until `limit`. ENOENT, ECONNREFUSED: no dolmend; EPROTO: it does not know this
// question; ETIMEDOUT.
Result<HeadStatus> ask_status(const std::string& socket, std::chrono::milliseconds limit);
// Nothing new is placed on the node from now on, or again. Root only.
Result<> send_drain(const std::string& socket, std::uint32_t node, bool on,
                    std::chrono::milliseconds limit);
// As the one who has pressed it. On an error what dolmend has said.
Result<> send_lan_key(const std::string& socket, char key, std::chrono::milliseconds limit);

const char* to_text(LanMode mode);
const char* to_text(NodeStatusState state);
const char* to_text(MachineStage stage);

}  // namespace dolmen::rpc
