// SPDX-License-Identifier: GPL-2.0-only
#include "pxe/lib/boot_progress.hpp"

#include <fmt/core.h>
#include <algorithm>

namespace dolmen::pxe {
namespace {

void enter(BootingMachine& machine, BootStage stage, SteadyClock::time_point now) {
    if (machine.stage != stage)
        machine.since = now;
    machine.stage = stage;
}

// It starts anew, whatever it did before.
void start(BootingMachine& machine, SteadyClock::time_point now) {
    machine.stage = BootStage::kSeen;
    machine.since = now;
    machine.build.clear();
    machine.file.clear();
}

std::string problem_of(const FileRequest& request) {
    if (request.status >= 400)
        return fmt::format("{} was refused: HTTP status {}", request.file, request.status);
    if (!request.whole)
        return fmt::format("{} was not sent to its end", request.file);
    return {};
}

}  // namespace

bool BootProgress::apply(const BootEvent& event, SteadyClock::time_point now) {
    return std::visit([&](const auto& kind) { return take(kind, now); }, event);
}

bool BootProgress::take(const DhcpRequest& request, SteadyClock::time_point now) {
    BootingMachine& asking = machine(request.mac, now);
    set_address(asking, request.address);
    // Firmware asks once when it starts; Linux asks too, while the stage is kBooting.
    const bool begins = request.network_boot || asking.stage == BootStage::kKnown;
    if (!begins)
        return true;
    if (asking.stage != BootStage::kSeen)
        start(asking, now);
    asking.network_boot = request.network_boot;
    asking.problem = request.problem;
    return true;
}

bool BootProgress::take(const AddressOwner& owner, SteadyClock::time_point now) {
    set_address(machine(owner.mac, now), owner.address);
    return true;
}

bool BootProgress::take(const LeaseEnd& end, SteadyClock::time_point /*now*/) {
    machines_.erase(end.mac);
    return true;
}

bool BootProgress::take(const FileRequest& request, SteadyClock::time_point now) {
    BootingMachine* asking = find_address(request.address);
    if (asking == nullptr)
        return false;
    asking->heard = now;
    asking->file = request.file;
    if (!request.build.empty())
        asking->build = request.build;
    asking->problem = problem_of(request);
    const bool last = request.file == last_file_ && asking->problem.empty();
    enter(*asking, last ? BootStage::kBooting : BootStage::kLoading, now);
    return true;
}

void BootProgress::joined(const std::string& mac) {
    const auto found = machines_.find(mac);
    if (found == machines_.end())
        return;
    BootingMachine quiet;
    quiet.mac = mac;
    quiet.address = found->second.address;
    quiet.heard = found->second.heard;
    found->second = quiet;
}

std::vector<BootingMachine> BootProgress::machines() const {
    std::vector<BootingMachine> found;
    for (const auto& [mac, machine] : machines_)
        if (machine.stage != BootStage::kKnown)
            found.push_back(machine);
    return found;
}

std::set<std::string> BootProgress::builds_in_use() const {
    std::set<std::string> builds;
    for (const auto& [mac, machine] : machines_)
        if (!machine.build.empty())
            builds.insert(machine.build);
    return builds;
}

BootingMachine& BootProgress::machine(const std::string& mac, SteadyClock::time_point now) {
    if (!machines_.contains(mac) && machines_.size() >= kMostMachines)
        machines_.erase(std::min_element(machines_.begin(), machines_.end(),
                                         [](const auto& left, const auto& right) {
                                             return left.second.heard < right.second.heard;
                                         }));
    BootingMachine& found = machines_[mac];
    found.mac = mac;
    found.heard = now;
    return found;
}

void BootProgress::set_address(BootingMachine& machine, const std::string& address) {
    if (address.empty())
        return;
    if (BootingMachine* before = find_address(address); before != nullptr)
        before->address.clear();
    machine.address = address;
}

BootingMachine* BootProgress::find_address(const std::string& address) {
    for (auto& [mac, machine] : machines_)
        if (machine.address == address)
            return &machine;
    return nullptr;
}

}  // namespace dolmen::pxe
