// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/machine_book.hpp"

#include <fmt/core.h>

namespace dolmen::daemon {
namespace {

using namespace std::chrono_literals;
using pxe::BootStage;

// Whoever asks by DHCP and is not starting from the network is a visitor, not a node to
// be: forgotten when it has been silent for so long.
constexpr std::chrono::seconds kVisit = 120s;
// Emulated machines need the longest; real ones load in seconds.
constexpr std::chrono::seconds kLoadPatience = 60s;
constexpr std::chrono::seconds kBootPatience = 120s;
// Joins fail under names that a peer chooses: not more of them.
constexpr std::size_t kMostTroubles = 256;

const char* stage_text(BootStage stage) {
    switch (stage) {
        case BootStage::kLoading:
            return "loading";
        case BootStage::kBooting:
            return "booting";
        case BootStage::kKnown:
        case BootStage::kSeen:
            break;
    }
    return "seen";
}

std::chrono::seconds seconds_between(MachineBook::Time from, MachineBook::Time until) {
    return std::chrono::duration_cast<std::chrono::seconds>(until - from);
}

// What its silence means.
std::string silence(const pxe::BootingMachine& machine, MachineBook::Time now) {
    if (machine.stage == BootStage::kSeen && machine.network_boot &&
        now - machine.heard > kLoadPatience)
        return "its firmware has asked for something to boot, and has not fetched it";
    if (machine.stage == BootStage::kLoading && now - machine.heard > kLoadPatience)
        return fmt::format("nothing was heard of it since it asked for {}", machine.file);
    if (machine.stage == BootStage::kBooting && now - machine.since > kBootPatience)
        return "it has all its files and has not joined: its own screen tells why";
    return {};
}

}  // namespace

void MachineBook::joined(const std::string& mac) {
    for (const pxe::BootingMachine& machine : progress_.machines())
        if (machine.mac == mac && !machine.build.empty())
            node_builds_[mac] = machine.build;
    progress_.joined(mac);
    nodes_.insert(mac);
    lost_.erase(mac);
    failed_.erase(mac);
}

void MachineBook::join_failed(const std::string& mac, const std::string& address,
                              const std::string& why, Time now) {
    if (mac.empty() || (!failed_.contains(mac) && failed_.size() >= kMostTroubles))
        return;
    Trouble& trouble = failed_[mac];
    // The same again is one trouble that lasts.
    if (trouble.why != why)
        trouble.since = now;
    trouble.address = address;
    trouble.why = why;
}

void MachineBook::lost(const std::string& mac, const std::string& address, const std::string& why,
                       Time now) {
    lost_[mac] = {address, why, now};
    nodes_.erase(mac);
    node_builds_.erase(mac);
}

// A node asks by DHCP from time to time, also one that is lost and looks for us; a visitor
// does so once, and is no node to be.
bool MachineBook::is_of_interest(const pxe::BootingMachine& machine, Time now) const {
    if (machine.stage != BootStage::kSeen || machine.network_boot)
        return true;
    return !nodes_.contains(machine.mac) && !lost_.contains(machine.mac) &&
           now - machine.heard <= kVisit;
}

Machine MachineBook::describe(const pxe::BootingMachine& machine, Time now) const {
    Machine described{machine.mac, machine.address, stage_text(machine.stage), machine.problem,
                      seconds_between(machine.since, now)};
    const auto failed = failed_.find(machine.mac);
    if (failed != failed_.end() && machine.stage == BootStage::kBooting)
        described.problem = failed->second.why;
    if (described.problem.empty())
        described.problem = silence(machine, now);
    return described;
}

std::vector<Machine> MachineBook::machines(Time now) const {
    std::map<std::string, Machine> found;
    for (const auto& [mac, trouble] : lost_)
        found[mac] = {mac, trouble.address, "lost", trouble.why,
                      seconds_between(trouble.since, now)};
    for (const auto& [mac, trouble] : failed_)
        found[mac] = {mac, trouble.address, "booting", trouble.why,
                      seconds_between(trouble.since, now)};
    // It has started anew since.
    for (const pxe::BootingMachine& machine : progress_.machines())
        if (is_of_interest(machine, now))
            found[machine.mac] = describe(machine, now);
    std::vector<Machine> machines;
    for (auto& [mac, machine] : found)
        machines.push_back(std::move(machine));
    return machines;
}

std::set<std::string> MachineBook::builds_in_use() const {
    std::set<std::string> builds = progress_.builds_in_use();
    for (const auto& [mac, build] : node_builds_)
        builds.insert(build);
    return builds;
}

}  // namespace dolmen::daemon
