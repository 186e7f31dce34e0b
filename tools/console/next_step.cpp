// SPDX-License-Identifier: GPL-2.0-only
#include "console/next_step.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <cctype>

namespace dolmen::console {
namespace {

using rpc::LanMode;
using rpc::MachineStage;
using rpc::NodeStatusState;

bool is_stuck(const rpc::MachineStatus& machine) {
    return machine.stage == MachineStage::kLost || !machine.problem.empty() ||
           rpc::asks_in_vain(machine);
}

bool any_up(const rpc::HeadStatus& status) {
    return std::any_of(status.nodes.begin(), status.nodes.end(),
                       [](const auto& node) { return node.state == NodeStatusState::kUp; });
}

// The reason is on the screen, and mostly says what to do.
std::string off_step(const rpc::HeadStatus& status) {
    if (!status.lan.keys.empty())
        return "Or connect this head and the other PCs by a switch that nobody else uses.";
    return "Do something about the reason above. If it stays: log in and run \"sudo dolmen "
           "doctor\".";
}

std::string serving_step(const rpc::HeadStatus& status) {
    const auto& machines = status.machines;
    if (std::any_of(machines.begin(), machines.end(), is_stuck))
        return "Something is wrong with a PC, see above. Log in and run \"sudo dolmen doctor\".";
    if (!machines.empty())
        return "Wait: a PC is on its way.";
    if (any_up(status))
        return "Log in and use all machines as one: \"nproc\", \"make -j$(nproc)\", \"dolmen "
               "nodes\". More PCs may be switched on at any time.";
    if (status.lan.mode == LanMode::kDirect)
        return "Start the nodes.";
    return "Switch on the other PCs and choose network boot (also called PXE or LAN boot) in "
           "their boot menu: F12, F9, F8 or F11 on their first screen.";
}

std::string without_status() {
    return "If this stays, log in and look: \"systemctl status dolmend\", \"sudo dolmen doctor\".";
}

}  // namespace

std::vector<std::string> next_steps(const View& view) {
    if (!view.status)
        return {without_status()};
    const rpc::HeadStatus& status = *view.status;
    std::vector<std::string> steps;
    for (const rpc::LanKey& key : status.lan.keys)
        steps.push_back(fmt::format(
            "Press {} to {}.", static_cast<char>(std::toupper(static_cast<unsigned char>(key.key))),
            key.text));
    switch (status.lan.mode) {
        case LanMode::kUnknown:
        case LanMode::kProbing:
            steps.emplace_back("Wait some seconds.");
            break;
        case LanMode::kOff:
            steps.push_back(off_step(status));
            break;
        case LanMode::kProxy:
        case LanMode::kFull:
        case LanMode::kDirect:
            steps.push_back(serving_step(status));
            break;
    }
    return steps;
}

}  // namespace dolmen::console
