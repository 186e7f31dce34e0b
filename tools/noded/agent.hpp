// SPDX-License-Identifier: GPL-2.0-only
// Agent: finds the head, joins, and begins again when the head is lost.
#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "kapi/events.hpp"
#include "kapi/kernel.hpp"
#include "noded/container.hpp"
#include "noded/head_clock.hpp"
#include "noded/head_connection.hpp"
#include "noded/machine.hpp"

#include <chrono>
#include <optional>
#include <set>
#include <string>

namespace dolmen::node {

struct AgentOptions {
    bool solo = false;               // head and node are this one machine
    std::string head = "10.77.0.1";  // IPv4
    std::uint16_t port = rpc::kJoinPort;
    std::string address;  // "ADDRESS/LENGTH"; empty: made from the MAC
    std::string run_directory = "/run/dolmen";
};

// How long to wait after the n-th failure in a row (1, 2, ...).
std::chrono::milliseconds retry_delay(unsigned failures);

class Agent {
  public:
    Agent(kapi::Kernel& kernel, kapi::EventSocket events, AgentOptions options, Machine machine)
        : kernel_(kernel),
          events_(std::move(events)),
          options_(std::move(options)),
          machine_(std::move(machine)) {}

    [[noreturn]] void run();

  private:
    // From looking for the head to having lost it. Returns when it was joined;
    // fails when it was not.
    Result<> live();
    Result<> connect_network();
    Result<rpc::Welcome> be_invited(HeadConnection& connection);
    Result<> prepare_system(const rpc::Welcome& welcome);
    ContainerPlan plan_container(const rpc::Welcome& welcome) const;
    Result<> join_kernel(const JoinedSockets& sockets, const rpc::Welcome& welcome);
    // Until the head is lost: says how that showed.
    Result<std::string> serve(const Container& container);
    Result<bool> head_lost();
    void keep_clock();
    void wait_before_retry();
    // Each line once until this node is joined: trying goes on for ever.
    void say(log::Level level, const std::string& line);

    kapi::Kernel& kernel_;
    kapi::EventSocket events_;
    AgentOptions options_;
    Machine machine_;
    std::string mac_;
    std::uint32_t last_node_ = 0;
    bool network_ready_ = false;
    ClockOffsets clocks_;  // measured at the join
    SteadyClock::time_point next_clock_check_;
    std::chrono::seconds clock_check_{0};
    unsigned failures_ = 0;
    std::chrono::milliseconds asked_delay_{0};  // by a head that refused
    std::set<std::string> said_;
};

}  // namespace dolmen::node
