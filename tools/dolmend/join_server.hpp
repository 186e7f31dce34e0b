// SPDX-License-Identifier: GPL-2.0-only
// JoinServer: the head's side of the join (docs/join-protocol.md). It talks with
// a node until both of its connections are in the hands of the kernel.
#pragma once

#include "base/loop.hpp"
#include "dolmend/background.hpp"
#include "dolmend/event_log.hpp"
#include "dolmend/head_facts.hpp"
#include "kapi/kernel.hpp"
#include "model/cluster.hpp"
#include "rpc/frame.hpp"
#include "rpc/join.hpp"

#include <functional>
#include <map>
#include <memory>
#include <set>

namespace dolmen::daemon {

class JoinServer {
  public:
    struct Settings {
        std::string listen;
        std::uint16_t port = rpc::kJoinPort;
        std::uint64_t epoch = 0;
        std::uint32_t timeout_percent = 100;
        std::string build;  // of the head's modules
    };
    // The parts of the daemon it works with; all outlive it.
    struct Parts {
        Loop& loop;
        Background& background;
        kapi::Kernel& kernel;
        model::Cluster& cluster;
        EventLog& log;
        std::function<Result<HeadFacts>()> facts;
        std::function<void()> changed;            // the node table has changed
        std::function<bool(std::uint32_t)> busy;  // node is still being cleared away
        // A machine has joined, or could not and why.
        std::function<void(const std::string& mac)> joined;
        std::function<void(const std::string& mac, const std::string& address,
                           const std::string& why)>
            failed;
    };

    static Result<std::unique_ptr<JoinServer>> create(Parts parts, Settings settings);
    ~JoinServer();
    JoinServer(const JoinServer&) = delete;
    JoinServer& operator=(const JoinServer&) = delete;

    Result<std::uint16_t> port() const;

  private:
    struct Connection {
        Fd fd;
        std::string address;
        rpc::FrameReader reader{rpc::kJoinFrameLimit};
        Loop::Id watch = 0;
        Loop::Id deadline = 0;
        rpc::JoinRequest request;
        std::uint32_t node = 0;  // welcomed as this one; 0: not yet
        std::string token;
        bool only_time = false;  // asked for nothing else: its end is no news
    };
    using Id = std::uint64_t;

    JoinServer(Parts parts, Settings settings, Fd listener)
        : parts_(std::move(parts)),
          settings_(std::move(settings)),
          listener_(std::move(listener)) {}
    void accept();
    void serve(Id id);
    Result<> handle(Id id, const rpc::Json& message);
    Result<> join(Connection& connection, Id id, const rpc::JoinRequest& request);
    Result<> tell_time(Connection& connection);
    Result<> join_bulk(Id bulk_id, const rpc::BulkHello& hello);
    void hand_over(Connection control, Connection bulk);
    void finish(std::uint32_t node, const Result<>& outcome);
    Result<rpc::Welcome> make_welcome(const Connection& connection, const model::Node& node) const;
    Result<> drop_old_body(std::uint32_t node);
    void refuse(const Connection& connection, const rpc::Refused& answer);
    void note_failure(std::uint32_t node, const std::string& why);
    Connection take(Id id);
    void drop(Id id, const std::string& why);
    void set_deadline(Connection& connection, Id id, std::chrono::milliseconds span);

    Parts parts_;
    Settings settings_;
    Fd listener_;
    Loop::Id watch_ = 0;
    std::map<Id, Connection> connections_;
    std::set<std::uint32_t> handing_over_;  // nodes whose kernels are greeting each other
    Id next_connection_ = 1;
};

}  // namespace dolmen::daemon
