// SPDX-License-Identifier: GPL-2.0-only
// Somebody else's network: a DHCP server is in it before the head is.
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "lib/foreign_dhcp.hpp"
#include "lib/screen.hpp"
#include "scenarios/boot_steps.hpp"
#include "scenarios/families.hpp"

namespace dolmen::qa {
namespace {

constexpr std::chrono::milliseconds kScreenLimit{90000};
constexpr const char* kMachine = "node1";
constexpr const char* kProxyKey = "p";

Fresh foreign_network() {
    Fresh fresh;
    fresh.nodes = 1;
    fresh.nodes_on = false;
    fresh.foreign_dhcp = "lan";
    return fresh;
}

// Upper and lower case are one to a reader.
bool has(std::string screen, std::string word) {
    const auto lower = [](unsigned char c) { return static_cast<char>(std::tolower(c)); };
    std::transform(screen.begin(), screen.end(), screen.begin(), lower);
    std::transform(word.begin(), word.end(), word.begin(), lower);
    return screen.find(word) != std::string::npos;
}

void await_screen(Stage& stage, Findings& findings, const std::vector<std::string>& words) {
    std::string text;
    const bool there = await(kScreenLimit, [&] {
        const Result<std::string> screen = read_screen(stage.cluster(), "head");
        text = screen ? *screen : screen.error().to_string();
        return std::all_of(words.begin(), words.end(),
                           [&](const std::string& word) { return has(text, word); });
    });
    findings.expect(there, "the head's screen does not have all of \"{}\":\n{}",
                    fmt::join(words, "\", \""), text);
}

// A PC that tries to boot meanwhile gets an address, and nothing from us.
void nothing_is_served(Stage& stage, Findings& findings) {
    await_screen(stage, findings, {ForeignDhcp::kAddress, std::string("press ") + kProxyKey});
    findings.expect(!head_serves(stage.cluster()), "the head serves a network that is not its own");
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
    const Result<> pressed = stage.cluster().press("head", {kProxyKey});
    findings.expect(pressed.has_value(), "the key cannot be pressed: {}",
                    pressed ? "" : pressed.error().to_string());
    const bool serves = await(kScreenLimit, [&] { return head_serves(stage.cluster()); });
    if (!findings.expect(serves, "the head does not begin to serve") ||
        !switch_on(stage, findings, kMachine)) {
        return;
    }
    if (await_nodes(stage, findings, 1)) {
        await_screen(stage, findings, {ForeignDhcp::kNetwork, kMachine});
        compile_spreads(stage, findings);
    }
    const Ran ranges = stage.look("grep -h dhcp-range /run/dolmen-lan/dnsmasq.conf");
    findings.expect(has(ranges.output, "proxy"), "the head gives addresses: {}{}", ranges.output,
                    ranges.error);
    switch_off(stage, findings, kMachine, 0);
}

}  // namespace

std::vector<Scenario> boot_foreign_scenarios() {
    return {
        {"in a network with a DHCP server the head serves nothing, and says why and what to press",
         0, nothing_is_served, foreign_network()},
        {"after that key the head adds only what to boot, and a PC joins", 0, key_press,
         foreign_network()},
    };
}

}  // namespace dolmen::qa
