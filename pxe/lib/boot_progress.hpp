// SPDX-License-Identifier: GPL-2.0-only
// BootProgress: how far each machine has come that is about to become a node. Pure:
// it is told the events and the time. What comes after kBooting, joining and being
// lost, is the cluster's.
#pragma once

#include "base/clock.hpp"
#include "pxe/lib/boot_event.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace dolmen::pxe {

enum class BootStage {
    kKnown,    // whose address it is; no sign of life
    kSeen,     // has asked by DHCP
    kLoading,  // has asked for a file
    kBooting,  // has all files
};

struct BootingMachine {
    std::string mac;
    std::string address;  // IPv4 it had last; empty: not known
    BootStage stage = BootStage::kKnown;
    bool network_boot = false;      // its firmware has asked for something to boot
    std::string build;              // what it loads
    std::string file;               // the last one it asked for
    std::string problem;            // what went wrong with its last step, in words
    SteadyClock::time_point since;  // of this stage
    SteadyClock::time_point heard;  // its last event
};

class BootProgress {
  public:
    // More are forgotten, longest unheard first: MACs cost an attacker nothing.
    static constexpr std::size_t kMostMachines = 1024;

    // `last_file`: the one that loaders fetch last; with it Linux starts.
    explicit BootProgress(std::string last_file) : last_file_(std::move(last_file)) {}
    // Another build may have another one.
    void set_last_file(std::string file) { last_file_ = std::move(file); }

    // False: not known whose address it came from. Who finds out (neighbour table)
    // applies an AddressOwner and then the event again.
    bool apply(const BootEvent& event, SteadyClock::time_point now);
    // It has joined. Its address stays known.
    void joined(const std::string& mac);

    // Those that have given a sign of life, by MAC.
    std::vector<BootingMachine> machines() const;
    // What they load: must not be removed now.
    std::set<std::string> builds_in_use() const;

  private:
    bool take(const DhcpRequest& request, SteadyClock::time_point now);
    bool take(const AddressOwner& owner, SteadyClock::time_point now);
    bool take(const LeaseEnd& end, SteadyClock::time_point now);
    bool take(const FileRequest& request, SteadyClock::time_point now);

    BootingMachine& machine(const std::string& mac, SteadyClock::time_point now);
    // Takes the address away from who had it before.
    void set_address(BootingMachine& machine, const std::string& address);
    BootingMachine* find_address(const std::string& address);

    std::string last_file_;
    std::map<std::string, BootingMachine> machines_;  // by MAC
};

}  // namespace dolmen::pxe
