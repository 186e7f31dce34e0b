// SPDX-License-Identifier: GPL-2.0-only
// From the medium to a cluster, as people do it: nobody types anything.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "scenarios/boot_steps.hpp"
#include "scenarios/families.hpp"

namespace dolmen::qa {
namespace {

// What was promised for emulated machines, in seconds.
constexpr double kServesWithin = 90;
constexpr double kJoinsWithin = 15;

// The screen of a head with two nodes, but for one line.
std::vector<std::string> head_screen(const std::string& memory) {
    return {"Dolmen [0-9]*: many machines, one Linux this PC is the head",
            "Network e* 10.77.0.1/24 full: addresses and boot files from here",
            "The network of the cluster is e*, because no DHCP server answers",
            "there; this head is 10.77.0.1/24 on it.",
            "Nodes 2 up",
            "node[12] 10.77.0.* up",
            "node[12] 10.77.0.* up",
            memory,
            "Login demo password [a-z]*",
            "press Alt+F2 for a login prompt, Alt+F1 to come back here",
            "Beware every machine that asks becomes a node and can change all files here",
            "Next Log in and use all machines as one: \"nproc\", \"make -j$(nproc)\",",
            "\"dolmen nodes\". More PCs may be switched on at any time."};
}

const char* const kRoomLeft = "Memory * [MG]B of * [MG]B left for files ([0-9]* % used)";
const char* const kLittleRoom =
    "Memory * [MG]B of * [MG]B left for files ([89]? % used): delete some";
const char* const kNoRoom = "Memory * of * [MG]B left for files (100 % used): FULL, delete files";

// By the node's own clock, which starts with its kernel; -1: it does not tell.
double seconds_to_join(Stage& stage, const std::string& machine) {
    const std::string log = stage.look_at(machine, {"dmesg"}).output;
    const std::size_t joined = log.find("joined as node");
    const std::size_t stamp = joined == std::string::npos ? joined : log.rfind('[', joined);
    return stamp == std::string::npos ? -1 : std::strtod(log.c_str() + stamp + 1, nullptr);
}

// Since its QEMU was started, by this machine's clock; negative: nobody knows.
double seconds_since_power_on(Stage& stage, const std::string& machine) {
    const Result<MachineStatus> status = stage.cluster().machine(machine);
    std::ifstream stat(fmt::format("/proc/{}/stat", status ? status->pid : 0));
    std::ifstream uptime("/proc/uptime");
    std::string line;
    double now = -1;
    // behind its name, which may have blanks, the start is the 20th word
    if (!std::getline(stat, line) || !(uptime >> now)) {
        return -1;
    }
    std::istringstream words(line.substr(line.rfind(')') + 1));
    std::string word;
    for (int i = 0; i < 20; ++i) {
        words >> word;
    }
    return now - std::strtod(word.c_str(), nullptr) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// From power-on to the moment when other PCs could boot from it.
void serves_in_time(Stage& stage, Findings& findings) {
    const double since_power_on = seconds_since_power_on(stage, "head");
    const Ran ran = stage.look(
        "cut -d ' ' -f 1 /proc/uptime; systemctl show --value -p ActiveEnterTimestampMonotonic"
        " dolmen-dnsmasq.service dolmen-nginx.service");
    std::istringstream words(ran.output);
    double since_kernel = 0;
    double dnsmasq_us = 0;
    double nginx_us = 0;
    if (!findings.expect(since_power_on > 0 && words >> since_kernel >> dnsmasq_us >> nginx_us,
                         "nobody knows when the head began to serve: {}{}", ran.output,
                         ran.error)) {
        return;
    }
    const double seconds =
        since_power_on - since_kernel + std::max(dnsmasq_us, nginx_us) / 1'000'000;
    fmt::print("        the head served the network {:.1f} s after power-on\n", seconds);
    findings.expect(dnsmasq_us > 0 && nginx_us > 0 && seconds <= kServesWithin,
                    "it should have taken {} s at most", kServesWithin);
}

void cluster_from_medium(Stage& stage, Findings& findings) {
    serves_in_time(stage, findings);
    doctor_is_content(stage, findings);
    compile_spreads(stage, findings);
    for (const char* machine : {"node1", "node2"}) {
        const Result<MachineStatus> status = stage.cluster().machine(machine);
        findings.expect(status && status->boots_again == 0, "{} needed more than one attempt",
                        machine);
        const double seconds = seconds_to_join(stage, machine);
        fmt::print("        {}: joined {:.1f} s after its kernel started\n", machine, seconds);
        findings.expect(seconds > 0 && seconds <= kJoinsWithin,
                        "{} should have joined within {} s of its kernel", machine, kJoinsWithin);
    }
}

void screens(Stage& stage, Findings& findings) {
    await_screen(stage, findings, "head", head_screen(kRoomLeft), Extent::kWhole);
    for (const char* machine : {"node1", "node2"}) {
        await_screen(stage, findings, machine,
                     {"dolmen: this PC becomes a node of a Dolmen cluster; its disks are not *",
                      "dolmen: asking for an address on e*",
                      "dolmen: e* has the address 10.77.0.*, looking for the head at 10.77.0.1",
                      "dolmen: found the head at 10.77.0.1, joining",
                      "dolmen: joined as node[12] of head *: this PC is at work"},
                     Extent::kInOrder);
    }
}

void full_root(Stage& stage, Findings& findings) {
    const auto run = [&](const char* script) {
        const Ran ran = stage.look(script);
        findings.expect(ran.status == 0, "{}: status {}: {}{}", script, ran.status, ran.output,
                        ran.error);
    };
    run("fallocate -l $(($(df -B 1 --output=avail / | tail -n 1) * 85 / 100)) /var/tmp/fill");
    await_screen(stage, findings, "head", head_screen(kLittleRoom), Extent::kWhole);
    run("! cat /dev/zero >/var/tmp/rest");
    await_screen(stage, findings, "head", head_screen(kNoRoom), Extent::kWhole);

    // Programs that write are told, the cluster goes on.
    const Ran writes = stage.shell(
        Way::kNode, "dd if=/dev/zero of=file bs=64k count=16 conv=fsync status=none; echo $?");
    findings.expect(
        writes.output == "1\n" && writes.error.find("No space left on device") != std::string::npos,
        "a program on a node that writes: {}{}", writes.output, writes.error);
    const Ran works = stage.shell(Way::kSpread, "seq 1000 | sort -n | tail -n 1");
    findings.expect(works.status == 0 && works.output == "1000\n", "status {}: {}{}", works.status,
                    works.output, works.error);

    run("rm /var/tmp/fill /var/tmp/rest");
    await_screen(stage, findings, "head", head_screen(kRoomLeft), Extent::kWhole);
    const Result<MachineStatus> head = stage.cluster().machine("head");
    findings.expect(head && head->state == "ready" && head->reboots == 0, "the head is not well");
}

}  // namespace

std::vector<Scenario> boot_scenarios() {
    return {
        {"a head from the medium, in BIOS mode: two PCs boot from the network and compile with it",
         2, cluster_from_medium, Fresh{}},
        {"the screens of head and nodes say what they should", 2, screens, Fresh{}},
        {"the head's memory for files runs full: it says so, programs are told, nothing ends", 2,
         full_root, Fresh{}},
    };
}

}  // namespace dolmen::qa
