// SPDX-License-Identifier: GPL-2.0-only
// MachineBook: the machines that are no nodes, or not any more: on their way, lost, or
// unable to join, each with what went wrong in words. Pure: it is told what happens
// and the time.
#pragma once

#include "pxe/lib/boot_progress.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace dolmen::daemon {

struct Machine {
    std::string mac;
    std::string address;          // empty: not known
    std::string stage;            // "seen", "loading", "booting", "lost"
    std::string problem;          // empty: none known
    std::chrono::seconds age{0};  // of this stage
};

class MachineBook {
  public:
    using Time = SteadyClock::time_point;

    void set_last_file(const std::string& file) { progress_.set_last_file(file); }
    // False: not known whose address it came from (pxe::BootProgress).
    bool apply(const pxe::BootEvent& event, Time now) { return progress_.apply(event, now); }
    void joined(const std::string& mac);
    void join_failed(const std::string& mac, const std::string& address, const std::string& why,
                     Time now);
    // It was a node.
    void lost(const std::string& mac, const std::string& address, const std::string& why, Time now);

    // By MAC.
    std::vector<Machine> machines(Time now) const;
    // What nodes have booted or machines load.
    std::set<std::string> builds_in_use() const;

  private:
    struct Trouble {
        std::string address;
        std::string why;
        Time since;
    };

    bool is_of_interest(const pxe::BootingMachine& machine, Time now) const;
    Machine describe(const pxe::BootingMachine& machine, Time now) const;

    pxe::BootProgress progress_{"node.img"};
    // All by MAC.
    std::map<std::string, Trouble> lost_;
    std::map<std::string, Trouble> failed_;           // joins
    std::map<std::string, std::string> node_builds_;  // what nodes have booted
    std::set<std::string> nodes_;                     // those that are up
};

}  // namespace dolmen::daemon
