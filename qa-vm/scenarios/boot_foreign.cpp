// SPDX-License-Identifier: GPL-2.0-only
// Somebody else's network: a DHCP server is in it before the head is.
#include "lib/foreign_dhcp.hpp"
#include "scenarios/boot_steps.hpp"
#include "scenarios/families.hpp"

namespace dolmen::qa {
namespace {

constexpr std::chrono::milliseconds kServingLimit{90000};
constexpr const char* kMachine = "node1";
constexpr const char* kProxyKey = "p";

Fresh foreign_network() {
    Fresh fresh;
    fresh.nodes_on = false;
    fresh.foreign_dhcp = "lan";
    return fresh;
}

// A PC that tries to boot meanwhile gets an address, and nothing from us.
void nothing_is_served(Stage& stage, Findings& findings) {
    const std::string server = ForeignDhcp::kAddress;
    await_screen(
        stage, findings, "head",
        {"Dolmen [0-9]*: many machines, one Linux this PC is the head",
         "Network off: other PCs are served nothing",
         "This head serves nothing, because the DHCP server " + server + "*", "*on e*.",
         "Nodes none yet", "Memory * [MG]B of * [MG]B left for files ([0-9]* % used)",
         "Login demo password [a-z]*", "press Alt+F2 for a login prompt, Alt+F1 to come back here",
         "Beware every machine that asks becomes a node and can change all files here",
         "Next Press P to boot BIOS PCs on e* beside the DHCP server", server + ".",
         "Or connect this head and the other PCs by a switch that nobody else", "uses."},
        Extent::kWhole);
    findings.expect(!head_serves(stage.cluster()), "the head serves a network that is not its own");
    const Ran doctor = stage.look("dolmen doctor");
    findings.expect(doctor.output.find(server) != std::string::npos,
                    "dolmen doctor does not name the server: {}{}", doctor.output, doctor.error);
    if (!switch_on(stage, findings, kMachine)) {
        return;
    }
    const bool tried = await(kNodeBootLimit, [&] {
        const Result<MachineStatus> status = stage.cluster().machine(kMachine);
        return status && status->boots_again > 0;
    });
    findings.expect(tried, "the PC waits for ever");
    findings.expect(boot_stage(console_of(stage, kMachine)) == BootStage::kFirmware,
                    "somebody has given it a loader");
    findings.expect(!head_serves(stage.cluster()), "the head has begun to serve");
    switch_off(stage, findings, kMachine, 0);
}

void key_press(Stage& stage, Findings& findings) {
    await_screen(stage, findings, "head",
                 {"Next Press P to boot BIOS PCs on e* beside the DHCP server"}, Extent::kInOrder);
    const Result<> pressed = stage.cluster().press("head", {kProxyKey});
    findings.expect(pressed.has_value(), "the key cannot be pressed: {}",
                    pressed ? "" : pressed.error().to_string());
    const bool serves = await(kServingLimit, [&] { return head_serves(stage.cluster()); });
    if (!findings.expect(serves, "the head does not begin to serve") ||
        !switch_on(stage, findings, "node1") || !switch_on(stage, findings, "node2")) {
        return;
    }
    if (await_nodes(stage, findings, 2)) {
        const std::string line = std::string("node[12] ") + ForeignDhcp::kNetwork + "* up";
        await_screen(stage, findings, "head",
                     {"Network e* proxy: only boot files from here", "Nodes 2 up", line, line},
                     Extent::kInOrder);
        compile_spreads(stage, findings);
    }
    const Ran ranges = stage.look("grep -h dhcp-range /run/dolmen-lan/dnsmasq.conf");
    findings.expect(ranges.output.find("proxy") != std::string::npos,
                    "the head gives addresses: {}{}", ranges.output, ranges.error);
    switch_off(stage, findings, "node1", 1);
    switch_off(stage, findings, "node2", 0);
}

}  // namespace

std::vector<Scenario> boot_foreign_scenarios() {
    return {
        {"in a network with a DHCP server the head serves nothing, and says why and what to press",
         0, nothing_is_served, foreign_network()},
        {"after that key the head adds only what to boot, and two PCs join", 0, key_press,
         foreign_network()},
    };
}

}  // namespace dolmen::qa
