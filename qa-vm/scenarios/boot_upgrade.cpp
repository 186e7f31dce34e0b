// SPDX-License-Identifier: GPL-2.0-only
// A head whose files are exchanged for another build while its nodes are on.
#include "scenarios/boot_steps.hpp"
#include "scenarios/families.hpp"

namespace dolmen::qa {
namespace {

constexpr const char* kNewBuild = "0.0.0-scenario";

// What an upgrade of the packages does: the module is another build (its id, that is: the same
// code), in the head's modules and in what nodes boot, where an archive behind the others counts.
std::string exchange_build() {
    return fmt::format(R"(set -e
export LC_ALL=C
module=$(modinfo -n dolmen)
id=$(dmesg | sed -n 's/.*dolmen: loaded, build \([0-9a-zA-Z]*\).*/\1/p' | tail -n 1)
[ -n "$id" ]
new=$(printf %s "$id" | tr 0-9a-f 1-9a-f0)
systemctl stop dolmend
sed -i "s/$id/$new/g" "$module"
cd /usr/lib/dolmen/node
truncate --size=%4 node.img
echo "${{module#/}}" | cpio --quiet -D / -o -H newc >>node.img
echo {} >build
modprobe -r dolmen
modprobe dolmen
dmesg | tail -n 3 | grep -q "loaded, build $new"
)",
                       kNewBuild);
}

void cable(Stage& stage, Findings& findings, bool in) {
    const Result<> done = stage.cluster().link("head", in);
    findings.expect(done.has_value(), "the head's cable: {}", done ? "" : done.error().to_string());
}

// The module can only be exchanged when no node is joined.
void nodes_follow(Stage& stage, Findings& findings) {
    cable(stage, findings, false);
    await_nodes(stage, findings, 0);
    const Ran exchanged = stage.look(exchange_build());
    cable(stage, findings, true);
    stage.look("systemctl start dolmend");
    if (!findings.expect(exchanged.status == 0, "the build cannot be exchanged: {}{}",
                         exchanged.output, exchanged.error)) {
        return;
    }
    await_nodes(stage, findings, 2);
    for (const char* machine : {"node1", "node2"}) {
        const Ran line = stage.look_at(machine, {"cat", "/proc/cmdline"});
        findings.expect(
            line.output.find(std::string("dolmen.build=") + kNewBuild) != std::string::npos,
            "{} runs with: {}{}", machine, line.output, line.error);
        const Result<MachineStatus> status = stage.cluster().machine(machine);
        findings.expect(
            status && status->starts == 1 && status->reboots == 0 && status->boots_again == 0,
            "the firmware of {} was asked again", machine);
    }
    compile_spreads(stage, findings);
}

}  // namespace

std::vector<Scenario> boot_upgrade_scenarios() {
    return {
        {"a head changes to another build: its nodes start that by themselves, without firmware", 2,
         nodes_follow, Fresh{}},
    };
}

}  // namespace dolmen::qa
