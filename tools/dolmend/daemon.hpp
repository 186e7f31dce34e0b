// SPDX-License-Identifier: GPL-2.0-only
// Daemon: wires the parts of dolmend and keeps them going: head role, lists,
// join port, events, placement weights, clearing away of dead nodes, the network that
// machines boot in.
#pragma once

#include "base/loop.hpp"
#include "dolmend/background.hpp"
#include "dolmend/boot_watch.hpp"
#include "dolmend/client_server.hpp"
#include "dolmend/event_log.hpp"
#include "dolmend/join_server.hpp"
#include "dolmend/lan_service.hpp"
#include "dolmend/lan_system.hpp"
#include "dolmend/machine_book.hpp"
#include "dolmend/options.hpp"
#include "dolmend/status.hpp"
#include "kapi/events.hpp"
#include "kapi/kernel.hpp"
#include "model/cluster.hpp"
#include "sched/weights.hpp"

#include <memory>
#include <optional>
#include <set>

namespace dolmen::daemon {

class Daemon {
  public:
    Daemon(Loop& loop, kapi::Kernel& kernel, Options options)
        : loop_(loop), kernel_(kernel), options_(std::move(options)) {}
    ~Daemon();
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    // Everything up to listening; `events` may be absent in tests.
    Result<> start(std::optional<kapi::EventSocket> events);
    // The lists of names and cgroups, anew. What is wrong in a file is logged
    // and that list stays as it was.
    void load_lists();
    // Capacities in, weights out; also finds nodes that died unheard. Each second.
    void tick();
    void handle(const kapi::Event& event);

    const model::Cluster& cluster() const { return cluster_; }
    const EventLog& log() const { return log_; }
    Result<std::uint16_t> join_port() const { return join_server_->port(); }

  private:
    Result<> take_head_role();
    void load_names(dolmen_list list, const std::string& file);
    void load_sessions();
    void read_events();
    Result<> serve_nodes(const std::string& build);
    void serve_network();
    Status status() const;
    Result<> drain(std::uint32_t node, bool on);
    void clear_away(std::uint32_t node, const std::string& why);
    void save();

    Loop& loop_;
    kapi::Kernel& kernel_;
    Options options_;
    std::uint64_t epoch_ = 0;
    std::string build_;  // of the modules
    model::Cluster cluster_;
    EventLog log_;
    MachineBook machines_;
    sched::Weights weights_;
    std::set<std::uint32_t> drained_;   // nodes that get nothing new
    std::set<std::uint32_t> clearing_;  // nodes whose NFS state is being expired
    std::optional<kapi::EventSocket> events_;
    Loop::Id events_watch_ = 0;
    Loop::Id tick_timer_ = 0;
    bool tick_failed_ = false;
    // Destroyed in reverse: the servers first, then the threads, then what those use.
    std::unique_ptr<LanSystem> lan_system_;
    std::unique_ptr<Background> background_;
    std::unique_ptr<BootWatch> boot_watch_;
    std::unique_ptr<LanService> lan_;
    std::unique_ptr<JoinServer> join_server_;
    std::unique_ptr<ClientServer> client_server_;
};

}  // namespace dolmen::daemon
