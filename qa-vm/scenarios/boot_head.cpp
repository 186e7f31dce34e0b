// SPDX-License-Identifier: GPL-2.0-only
// Heads of other kinds, and one that is switched off and on.
#include "lib/foreign_dhcp.hpp"
#include "scenarios/boot_steps.hpp"
#include "scenarios/families.hpp"

namespace dolmen::qa {
namespace {

Fresh head_with(Boot boot, Firmware firmware, unsigned nodes) {
    Fresh fresh;
    fresh.boot = boot;
    fresh.firmware = firmware;
    fresh.nodes = nodes;
    return fresh;
}

Fresh head_with_uplink() {
    Fresh fresh = head_with(Boot::kCd, Firmware::kBios, 1);
    fresh.uplink = true;
    fresh.foreign_dhcp = "uplink";
    return fresh;
}

// As many virtual machines are, and PCs of long ago.
Fresh old_head(NicModel nic) {
    Fresh fresh;
    fresh.head_chipset = Chipset::kI440fx;
    fresh.head_nic = nic;
    fresh.head_disk = true;
    fresh.nodes = 1;
    fresh.nics = {nic};
    return fresh;
}

// The nodes stay in Linux: each finds the new head and joins it without being started anew.
void head_is_reset(Stage& stage, Findings& findings) {
    const auto before = stage.cluster().machines();
    const Result<> reset = stage.cluster().power("head", "reset");
    findings.expect(reset.has_value(), "the head cannot be reset");
    const bool answers = await(kHeadBootLimit, [&] {
        const Result<MachineStatus> head = stage.cluster().machine("head");
        return head && head->state == "ready";
    });
    if (!findings.expect(answers, "the head does not come up again")) {
        return;
    }
    await_nodes(stage, findings, 2);
    const auto after = stage.cluster().machines();
    if (!findings.expect(before && after, "no status")) {
        return;
    }
    for (const MachineStatus& machine : *after) {
        findings.expect(machine.name == "head" || (machine.starts == 1 && machine.reboots == 0 &&
                                                   machine.boots_again == 0),
                        "{} was started anew", machine.name);
    }
    compile_spreads(stage, findings);
}

// The network that has a DHCP server is left alone, the other one is served.
void two_cards(Stage& stage, Findings& findings) {
    const Ran card = stage.look("ip -o link | grep -i " + uplink_mac_address(1) +
                                " | sed 's/^[0-9]*: \\([^:@]*\\).*/\\1/'");
    const std::string name = card.output.substr(0, card.output.find('\n'));
    findings.expect(!name.empty(), "the head has no second card: {}", card.error);
    const Ran address = stage.look("ip -o -4 address show dev " + name);
    findings.expect(address.output.find(ForeignDhcp::kNetwork) != std::string::npos,
                    "{} has no address of the other network: {}", name, address.output);
    const Ran sockets = stage.look("ss -Hulnp sport = :67 or sport = :69");
    findings.expect(sockets.output.find("dnsmasq") != std::string::npos, "no DHCP server: {}{}",
                    sockets.output, sockets.error);
    findings.expect(sockets.output.find("%" + name + ":") == std::string::npos &&
                        sockets.output.find(ForeignDhcp::kNetwork) == std::string::npos,
                    "the head serves the other network too:\n{}", sockets.output);
    compile_spreads(stage, findings);
}

}  // namespace

std::vector<Scenario> boot_head_scenarios() {
    return {
        {"a head in UEFI mode: two PCs boot from the network and compile with it", 2,
         compile_spreads, head_with(Boot::kCd, Firmware::kUefi, 2)},
        {"a head from a USB stick, in UEFI mode, has a node", 1, compile_spreads,
         head_with(Boot::kUsb, Firmware::kUefi, 1)},
        {"a head from a USB stick, in BIOS mode, has a node", 1, compile_spreads,
         head_with(Boot::kUsb, Firmware::kBios, 1)},
        {"an old PC with an e1000 card is a head, and what is on its disk stays", 1,
         compile_spreads, old_head(NicModel::kE1000)},
        {"an old PC with a vmxnet3 card is a head, and what is on its disk stays", 1,
         compile_spreads, old_head(NicModel::kVmxnet3)},
        {"a head with two cards serves the network that nobody serves, and that one alone", 1,
         two_cards, head_with_uplink()},
        {"a head is reset: its nodes find it again without being started anew", 2, head_is_reset,
         Fresh{}},
    };
}

}  // namespace dolmen::qa
