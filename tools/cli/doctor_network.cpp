// SPDX-License-Identifier: GPL-2.0-only
// What the doctor looks at between the head and its nodes.
#include "cli/doctor.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <iterator>

namespace dolmen::cli {
namespace {

using rpc::LanMode;

LanMode mode_of(const Facts& facts) {
    return facts.status ? facts.status->lan.mode : LanMode::kUnknown;
}

using Servers = std::vector<ServerFact>;

// Those on a card that offer what `does` tells.
template <class Does>
Servers servers_on(const Facts& facts, const std::string& interface, Does does) {
    Servers found;
    std::copy_if(
        facts.servers.begin(), facts.servers.end(), std::back_inserter(found),
        [&](const ServerFact& server) { return server.interface == interface && does(server); });
    return found;
}

std::string addresses_of(const Servers& servers) {
    std::string text;
    for (const ServerFact& server : servers)
        text += (text.empty() ? "" : " and ") + server.address;
    return text;
}

void check_full(const std::string& interface, const Servers& addresses, const Servers& boots,
                Findings& findings) {
    if (!addresses.empty())
        findings.push_back({Level::kProblem, "dhcp",
                            fmt::format("this head and {} both give addresses on {}",
                                        addresses_of(addresses), interface),
                            "unplug the other one, or \"sudo systemctl restart dolmend\" to leave "
                            "it the network"});
    else if (!boots.empty())
        findings.push_back(
            {Level::kProblem, "dhcp",
             fmt::format("this head and {} both boot PCs on {}", addresses_of(boots), interface),
             "switch the other boot server off"});
    else
        findings.push_back({Level::kOk, "dhcp", "nobody but this head serves " + interface, ""});
}

void check_proxy(const std::string& interface, const Servers& addresses, const Servers& boots,
                 Findings& findings) {
    if (!boots.empty())
        findings.push_back(
            {Level::kProblem, "dhcp",
             fmt::format("this head and {} both boot PCs on {}", addresses_of(boots), interface),
             "switch the other boot server off"});
    if (addresses.empty())
        findings.push_back(
            {Level::kProblem, "dhcp",
             fmt::format("no DHCP server answers on {}, so PCs get no address there", interface),
             "switch the router on, or \"sudo systemctl restart dolmend\" if there "
             "shall be none"});
    else if (addresses.size() > 1)
        findings.push_back(
            {Level::kWarning, "dhcp",
             fmt::format("{} all give addresses on {}", addresses_of(addresses), interface),
             "switch all but one off: a PC may get an address that does not fit"});
    else if (boots.empty())
        findings.push_back({Level::kOk, "dhcp",
                            fmt::format("{} gives the addresses on {}, this head the boot files",
                                        addresses_of(addresses), interface),
                            ""});
}

// Where this head serves nothing: who else does.
void tell_servers(const Facts& facts, Findings& findings) {
    if (!facts.not_probed.empty())
        return;
    if (facts.servers.empty())
        findings.push_back({Level::kOk, "dhcp", "no DHCP server answers on any card", ""});
    for (const ServerFact& server : facts.servers)
        findings.push_back(
            {Level::kOk, "dhcp",
             fmt::format("{} {} on {}", server.address,
                         server.offers_boot ? "boots PCs" : "gives addresses", server.interface),
             ""});
}

}  // namespace

void check_links(const Facts& facts, Findings& findings) {
    std::vector<CardFact> wired;
    std::copy_if(facts.cards.begin(), facts.cards.end(), std::back_inserter(wired),
                 [](const CardFact& card) { return card.wired; });
    if (wired.empty()) {
        findings.push_back(
            {Level::kProblem, "link", "this machine has no wired network card that Linux knows",
             "add one, a USB adapter, for example; wireless cards can not boot PCs"});
        return;
    }
    const bool any =
        std::any_of(wired.begin(), wired.end(), [](const CardFact& card) { return card.has_link; });
    const std::string used = facts.status ? facts.status->lan.interface : "";
    for (const CardFact& card : wired) {
        if (card.has_link)
            findings.push_back({Level::kOk, "link", card.name + " has a link", ""});
        else if (!any || card.name == used)
            findings.push_back({Level::kProblem, "link", card.name + " has no link",
                                "plug its cable in at both ends; is the switch on?"});
        else
            findings.push_back({Level::kOk, "link", card.name + " is not plugged in", ""});
    }
}

void check_servers(const Facts& facts, Findings& findings) {
    if (!facts.not_probed.empty())
        findings.push_back({Level::kWarning, "dhcp",
                            "the network was not asked for servers: " + facts.not_probed,
                            "run \"sudo dolmen doctor\""});
    const std::string interface = facts.status ? facts.status->lan.interface : "";
    const auto addresses = servers_on(
        facts, interface, [](const ServerFact& server) { return server.offers_address; });
    const auto boots =
        servers_on(facts, interface, [](const ServerFact& server) { return server.offers_boot; });
    switch (mode_of(facts)) {
        case LanMode::kFull:
            if (facts.not_probed.empty())
                check_full(interface, addresses, boots, findings);
            break;
        case LanMode::kProxy:
            if (facts.not_probed.empty())
                check_proxy(interface, addresses, boots, findings);
            break;
        case LanMode::kOff:
            findings.push_back({Level::kWarning, "dhcp",
                                "PCs are not booted: " + facts.status->lan.reason,
                                facts.status->lan.keys.empty()
                                    ? "if another server is the reason, use a switch of your own"
                                    : "the head's screen says what to press"});
            tell_servers(facts, findings);
            break;
        case LanMode::kProbing:
            findings.push_back({Level::kWarning, "dhcp",
                                "dolmend is still looking for other servers",
                                "try again in some seconds"});
            break;
        case LanMode::kDirect:
            findings.push_back(
                {Level::kOk, "dhcp", "nothing is served: nodes are started by other means", ""});
            break;
        case LanMode::kUnknown:
            tell_servers(facts, findings);
            break;
    }
}

void check_machines(const Facts& facts, Findings& findings) {
    if (!facts.status)
        return;
    const std::size_t before = findings.size();
    for (const rpc::MachineStatus& machine : facts.status->machines) {
        if (rpc::asks_in_vain(machine) && machine.problem.empty())
            findings.push_back(
                {Level::kProblem, "machines",
                 fmt::format("{} asks by DHCP again and again ({} s) and loads nothing",
                             machine.mac, machine.seconds),
                 "the switch seems to keep our answers away: DHCP snooping (make this head's port "
                 "a "
                 "trusted one) or spanning tree (make ports edge ports)"});
        else if (machine.stage == rpc::MachineStage::kLost)
            findings.push_back({Level::kWarning, "machines",
                                fmt::format("{} is lost: {}", machine.mac, machine.problem),
                                "look at its screen, or switch it off and on"});
        else if (!machine.problem.empty())
            findings.push_back(
                {Level::kWarning, "machines",
                 fmt::format("{} ({}): {}", machine.mac, to_text(machine.stage), machine.problem),
                 "look at its screen; docs/it-does-not-boot.md has more"});
    }
    std::size_t up = 0;
    for (const rpc::NodeStatus& node : facts.status->nodes) {
        if (node.state == rpc::NodeStatusState::kUp)
            ++up;
        else if (!node.problem.empty())
            findings.push_back(
                {Level::kWarning, "machines",
                 fmt::format("{} is {}: {}", node.name, to_text(node.state), node.problem),
                 "look at its screen, or switch it off and on"});
    }
    if (findings.size() == before)
        findings.push_back({Level::kOk, "machines",
                            fmt::format("nodes up: {}, machines on their way: {}", up,
                                        facts.status->machines.size()),
                            ""});
}

}  // namespace dolmen::cli
