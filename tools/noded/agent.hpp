// SPDX-License-Identifier: GPL-2.0-only
// Agent: finds the head, joins, and begins again when the head is lost.
#pragma once

#include "base/clock.hpp"
#include "kapi/events.hpp"
#include "kapi/kernel.hpp"
#include "noded/container.hpp"
#include "noded/head_clock.hpp"
#include "noded/head_connection.hpp"
#include "noded/machine.hpp"
#include "noded/network.hpp"
#include "noded/screen.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace dolmen::node {

struct AgentOptions {
    bool solo = false;  // head and node are this one machine
    std::string head;   // IPv4; empty: whoever gave the address
    std::uint16_t port = rpc::kJoinPort;
    std::string address;  // "ADDRESS/LENGTH"; empty: by DHCP
    std::string bootif;   // "01-aa-bb-..."; empty: any card
    std::string build;    // of the boot files this runs from; empty: not known
    std::string run_directory = "/run/dolmen";
};

// How long to wait after the n-th failure in a row (1, 2, ...).
std::chrono::milliseconds retry_delay(unsigned failures);

class Agent {
  public:
    Agent(kapi::Kernel& kernel, kapi::EventSocket events, AgentOptions options, Machine machine,
          Screen screen)
        : kernel_(kernel),
          events_(std::move(events)),
          options_(std::move(options)),
          machine_(std::move(machine)),
          screen_(std::move(screen)) {}

    [[noreturn]] void run();

  private:
    // From looking for the head to having lost it. Returns when it was joined; fails
    // when it was not, and then the screen tells why.
    Result<> live();
    // Where the head is to be looked for; waits until there is a network.
    Result<> reach_network();
    Result<HeadConnection> find_head();
    Result<rpc::Welcome> be_invited(HeadConnection& connection);
    Result<> join(HeadConnection& connection, const rpc::Welcome& welcome);
    Result<> prepare_system(const rpc::Welcome& welcome);
    ContainerPlan plan_container(const rpc::Welcome& welcome) const;
    Result<> join_kernel(const JoinedSockets& sockets, const rpc::Welcome& welcome);
    // Until the head is lost: says how that showed.
    Result<std::string> serve(const Container& container);
    Result<bool> head_lost();
    void keep_clock();
    // The head boots its nodes with something else than this: so does this one.
    void change_build();
    void wait_before_retry();

    kapi::Kernel& kernel_;
    kapi::EventSocket events_;
    AgentOptions options_;
    Machine machine_;
    Screen screen_;
    std::optional<Network> network_;  // none under --solo
    std::string head_;
    std::string mac_;
    std::string told_place_;  // the last one on the screen
    std::uint32_t last_node_ = 0;
    ClockOffsets clocks_;  // measured at the join
    SteadyClock::time_point next_clock_check_;
    std::chrono::seconds clock_check_{0};
    unsigned failures_ = 0;
    unsigned build_failures_ = 0;
    std::chrono::milliseconds asked_delay_{0};  // by a head that refused
};

}  // namespace dolmen::node
