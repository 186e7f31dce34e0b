// SPDX-License-Identifier: GPL-2.0-only
#include "cli/show_machines.hpp"

#include "cli/table.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <vector>

namespace dolmen::cli {
namespace {

// A daemon of another version may tell something else.
std::string text(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string duration(const Json& machine) {
    const auto found = machine.find("seconds");
    if (found == machine.end() || !found->is_number_integer())
        return "";
    const auto seconds = found->get<std::int64_t>();
    return seconds < 120 ? fmt::format("{} s", seconds) : fmt::format("{} min", seconds / 60);
}

}  // namespace

Json machines_of(const Json& status) {
    Json machines = Json::array();
    const auto found = status.find("machines");
    if (found != status.end() && found->is_array())
        for (const Json& machine : *found)
            if (machine.is_object())
                machines.push_back(machine);
    return machines;
}

std::string machines_text(const Json& machines) {
    if (machines.empty())
        return {};
    std::vector<std::vector<std::string>> rows;
    for (const Json& machine : machines)
        rows.push_back({text(machine, "mac"), text(machine, "address"), text(machine, "stage"),
                        duration(machine), text(machine, "problem")});
    return "\n" +
           print_table({{"MACHINE"}, {"ADDRESS"}, {"STAGE"}, {"FOR", true}, {"PROBLEM"}}, rows);
}

}  // namespace dolmen::cli
