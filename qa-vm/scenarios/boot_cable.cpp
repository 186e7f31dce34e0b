// SPDX-License-Identifier: GPL-2.0-only
// The cable of a node is pulled on its way to the cluster, and put back: it goes on by itself.
#include "scenarios/boot_steps.hpp"
#include "scenarios/families.hpp"

namespace dolmen::qa {
namespace {

// How long the cable is out: longer than a loader waits for an answer.
constexpr std::chrono::milliseconds kCableOut{45000};
// Of kernel and initramfs, when they are on their way.
constexpr std::uint64_t kPartOfTheKernel = 4U << 20U;
constexpr const char* kMachine = "node1";

Fresh one_node() {
    Fresh fresh;
    fresh.nodes = 1;
    fresh.nodes_on = false;
    return fresh;
}

void pull_and_put_back(Stage& stage, Findings& findings) {
    const Result<> pulled = stage.cluster().link(kMachine, false);
    findings.expect(pulled.has_value(), "the cable cannot be pulled");
    fmt::print("        cable out at \"{}\"\n",
               to_string(boot_stage(console_of(stage, kMachine)), false));
    const unsigned nobody = 0;
    const bool joined =
        await(kCableOut, [&] { return joined_nodes(stage.cluster()).value_or(nobody) != nobody; });
    findings.expect(!joined, "it joins without a cable");
    const Result<> back = stage.cluster().link(kMachine, true);
    findings.expect(back.has_value(), "the cable cannot be put back");
    await_nodes(stage, findings, 1);
    const Result<MachineStatus> status = stage.cluster().machine(kMachine);
    findings.expect(status && status->reboots == 0, "it rebooted");
    switch_off(stage, findings, kMachine, 0);
}

void at_loader(Stage& stage, Findings& findings) {
    if (await_serving(stage, findings) && switch_on(stage, findings, kMachine) &&
        await_stage(stage, findings, kMachine, BootStage::kLoader)) {
        pull_and_put_back(stage, findings);
    }
}

void at_kernel(Stage& stage, Findings& findings) {
    if (!await_serving(stage, findings) || !switch_on(stage, findings, kMachine) ||
        !await_stage(stage, findings, kMachine, BootStage::kLoader)) {
        return;
    }
    const std::uint64_t before = lan_bytes(stage);
    const bool coming =
        await(kNodeBootLimit, [&] { return lan_bytes(stage) > before + kPartOfTheKernel; });
    if (findings.expect(coming, "no kernel is on its way")) {
        findings.expect(boot_stage(console_of(stage, kMachine)) == BootStage::kLoader,
                        "it was there too quickly");
        pull_and_put_back(stage, findings);
    }
}

void at_join(Stage& stage, Findings& findings) {
    if (await_serving(stage, findings) && switch_on(stage, findings, kMachine) &&
        await_stage(stage, findings, kMachine, BootStage::kKernel)) {
        pull_and_put_back(stage, findings);
    }
}

}  // namespace

std::vector<Scenario> boot_cable_scenarios() {
    return {
        {"a cable that is pulled at the boot loader and put back: the PC joins", 0, at_loader,
         one_node()},
        {"a cable that is pulled while the kernel comes and put back: the PC joins", 0, at_kernel,
         one_node()},
        {"a cable that is pulled before the join and put back: the PC joins", 0, at_join,
         one_node()},
    };
}

}  // namespace dolmen::qa
