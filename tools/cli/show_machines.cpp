// SPDX-License-Identifier: GPL-2.0-only
#include "cli/show_machines.hpp"

#include "base/display.hpp"
#include "cli/table.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace dolmen::cli {
namespace {

std::string duration(std::uint64_t seconds) {
    return seconds < 120 ? fmt::format("{} s", seconds) : fmt::format("{} min", seconds / 60);
}

}  // namespace

Json machines_json(const Machines& machines) {
    Json list = Json::array();
    for (const rpc::MachineStatus& machine : machines)
        list.push_back({{"mac", machine.mac},
                        {"address", machine.address},
                        {"stage", rpc::to_text(machine.stage)},
                        {"seconds", machine.seconds},
                        {"problem", machine.problem}});
    return list;
}

std::string machines_text(const Machines& machines) {
    if (machines.empty())
        return {};
    std::vector<std::vector<std::string>> rows;
    for (const rpc::MachineStatus& machine : machines)
        rows.push_back({printable(machine.mac), printable(machine.address),
                        rpc::to_text(machine.stage), duration(machine.seconds),
                        printable(machine.problem)});
    return "\n" +
           print_table({{"MACHINE"}, {"ADDRESS"}, {"STAGE"}, {"FOR", true}, {"PROBLEM"}}, rows);
}

}  // namespace dolmen::cli
