// SPDX-License-Identifier: GPL-2.0-only
// Supervisor: the process behind one cluster. It owns the machines and the LAN and does what
// qa-vm's verbs ask through its socket; when it ends, everything ends.
//
// A caller connects and sends one kRequest, {"do": VERB, ...}:
//   status                          {"machines": [...], "lan": {...}, "logs": DIR, "pid": N}
//   power   machine, action: on | off | kill | reset
//   link    machine, up: bool       cuts or mends the machine's network
//   pause   machine, paused: bool   stops or continues its processor
//   screen  machine                 {"text": its screen}
//   picture machine, file           writes its screen there
//   key     machine, keys: [...]    presses them one after the other
//   dhcp    network: lan | uplink, on: bool, options: [...]
//                                   somebody else's DHCP server there, {"pid": N, "log": FILE}
//   down                            answered when all machines are gone
//   open    machine, request        the connection becomes a stream of the machine's agent
// The answer is one kReply: {"error": WORDS}, or the result; "open" is answered by the stream's
// frames, of which kExit is the last.
#pragma once

#include <base/loop.hpp>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lib/cluster_paths.hpp"
#include "lib/foreign_dhcp.hpp"
#include "lib/journal.hpp"
#include "lib/machine.hpp"
#include "lib/switch.hpp"

namespace dolmen::qa {

class Caller;

class Supervisor {
  public:
    Supervisor(Loop& loop, const Lans& lans, Journal& journal, ClusterPaths paths);
    ~Supervisor();
    Supervisor(const Supervisor&) = delete;
    Supervisor& operator=(const Supervisor&) = delete;

    /// Starts every machine that is to be on and listens; then the loop does the rest.
    Result<> start(const std::vector<MachineSpec>& machines);

    /// For Caller. nullptr: there is no such machine.
    [[nodiscard]] Machine* find(const std::string& machine);
    /// Does a verb other than "open"; the JSON text of the answer.
    [[nodiscard]] std::string serve(const std::string& request);
    /// The caller's connection is over; it is destroyed after the present callback.
    void forget(Caller* caller);

  private:
    Result<> listen();
    void accept();
    Result<std::string> serve_verb(const std::string& request);
    Result<std::string> serve_machine(const std::string& verb, const nlohmann::json& request);
    Result<std::string> serve_dhcp(const nlohmann::json& request);
    Result<> power(Machine& machine, const std::string& action);
    [[nodiscard]] std::string status() const;

    Loop& loop_;
    Lans lans_;
    Journal& journal_;
    ClusterPaths paths_;
    Fd listener_;
    Loop::Id listener_watch_ = 0;
    std::map<std::string, std::unique_ptr<Machine>> machines_;
    std::map<Switch*, ForeignDhcp> dhcp_servers_;
    std::map<Caller*, std::shared_ptr<Caller>> callers_;
};

}  // namespace dolmen::qa
