// SPDX-License-Identifier: GPL-2.0-only
// qa-vm: clusters of virtual machines for tests and demonstrations. This file parses arguments.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>

#include "lib/bring_up.hpp"
#include "lib/cluster_paths.hpp"
#include "main/bench.hpp"
#include "main/demo.hpp"
#include "main/verbs.hpp"

namespace {

using namespace dolmen::qa;

struct Arguments {
    std::string name = "default";
    BringUp bring_up;
    std::string machine;
    std::string action;
    std::string local;
    std::string remote;
    Request request;
    bool json = false;
    bool story = false;
    bool anew = false;
    unsigned times = 1;
    bool direct = false;
    bool usb = false;
    std::string firmware = "bios";
    std::vector<std::string> nics;
    std::string head_nic = "virtio";
    bool old_head = false;
    std::vector<std::string> words;  // keys, options of dnsmasq
    std::string network = "lan";
    std::string picture;
};

void add_image_options(CLI::App& verb, Arguments& arguments) {
    arguments.bring_up.images_file = QA_VM_IMAGES;
    verb.add_option("--images", arguments.bring_up.images_file, "what to boot (images.json)")
        ->capture_default_str();
    verb.add_option("--modules", arguments.bring_up.cluster.modules,
                    "directory with the dolmen.ko to use instead of the images' own");
    verb.add_option("--append", arguments.bring_up.cluster.kernel_parameters,
                    "further kernel parameters");
    verb.add_option("--head-mem", arguments.bring_up.cluster.head_memory_mb,
                    "memory of the head in MB")
        ->capture_default_str();
    verb.add_flag("!--no-join", arguments.bring_up.wait_for_nodes,
                  "do not wait until the nodes have joined");
    verb.add_option_function<unsigned>(
        "--limit",
        [&arguments](unsigned seconds) {
            arguments.bring_up.limit = std::chrono::seconds(seconds);
        },
        "seconds to wait at most");
}

const std::vector<std::string> kNicModels{"virtio", "e1000", "e1000e", "rtl8139", "vmxnet3"};

void add_node_options(CLI::App& verb, Arguments& arguments) {
    verb.add_option("--nodes", arguments.bring_up.cluster.nodes, "how many nodes")
        ->check(CLI::Range(0, 200))
        ->capture_default_str();
    verb.add_option("--node-mem", arguments.bring_up.cluster.node_memory_mb,
                    "memory of a node in MB; several: of one node after the other")
        ->delimiter(',')
        ->capture_default_str();
    verb.add_option_function<std::string>(
        "--head-cpu",
        [&arguments](const std::string& model) { arguments.bring_up.cluster.head_cpu = model; },
        "processor of the head, as QEMU's -cpu has it");
    verb.add_option_function<std::vector<std::string>>(
        "--node-cpu",
        [&arguments](const std::vector<std::string>& models) {
            arguments.bring_up.cluster.node_cpus = models;
        },
        "processor of the nodes; given several times: of one node after the other");
    verb.add_flag("--old-head", arguments.old_head,
                  "an old chipset in the head: IDE, no source of random numbers");
    verb.add_option("--head-nic", arguments.head_nic, "card of the head")
        ->check(CLI::IsMember(kNicModels));
    verb.add_flag("--head-disk", arguments.bring_up.cluster.head_disk,
                  "a disk in the head, which the audit wants unchanged");
    verb.add_flag("--disks", arguments.bring_up.cluster.node_disks,
                  "a disk in each node, which the audit wants unchanged");
}

void add_boot_options(CLI::App& verb, Arguments& arguments) {
    CLI::Option* direct = verb.add_flag("--direct", arguments.direct,
                                        "QEMU loads kernel and initramfs: no ISO, no network boot");
    verb.add_option("--iso", arguments.bring_up.iso,
                    "medium of the head instead of the images' own")
        ->check(CLI::ExistingFile)
        ->excludes(direct);
    verb.add_flag("--usb", arguments.usb, "the medium is a USB stick, not in a CD drive")
        ->excludes(direct);
    verb.add_option("--firmware", arguments.firmware, "of the head")
        ->check(CLI::IsMember({"bios", "uefi"}))
        ->capture_default_str()
        ->excludes(direct);
    verb.add_option("--nic", arguments.nics,
                    "card of the nodes: virtio, e1000, e1000e, rtl8139, vmxnet3; several: of one "
                    "node after the other")
        ->delimiter(',')
        ->check(CLI::IsMember(kNicModels));
    verb.add_flag("--capture", arguments.bring_up.cluster.capture,
                  "keep what goes over the network, as MACHINE.pcap beside the consoles");
    verb.add_flag("--uplink", arguments.bring_up.cluster.uplink,
                  "a second network, with a second card of the head in it");
    verb.add_option("--foreign-dhcp", arguments.bring_up.foreign_dhcp,
                    "network in which somebody else's DHCP server is there first")
        ->check(CLI::IsMember({"lan", "uplink"}));
}

void take_boot_options(Arguments& arguments) {
    ClusterOptions& cluster = arguments.bring_up.cluster;
    cluster.head_boot = arguments.direct ? Boot::kDirect : arguments.usb ? Boot::kUsb : Boot::kCd;
    cluster.head_firmware = arguments.firmware == "uefi" ? Firmware::kUefi : Firmware::kBios;
    cluster.head_nic = nic_model_from(arguments.head_nic).value_or(NicModel::kVirtio);
    cluster.head_chipset = arguments.old_head ? Chipset::kI440fx : Chipset::kQ35;
    if (!arguments.nics.empty()) {
        cluster.node_nics.clear();
    }
    for (const std::string& name : arguments.nics) {
        cluster.node_nics.push_back(nic_model_from(name).value_or(NicModel::kVirtio));
    }
}

void add_up(CLI::App& app, Arguments& arguments, int& status) {
    CLI::App* up = app.add_subcommand("up", "start a head and its nodes");
    up->add_flag("--anew", arguments.anew, "end a cluster of that name first");
    up->add_option("--times", arguments.times, "end it and start it again, this many times in all")
        ->check(CLI::Range(1, 1000));
    add_node_options(*up, arguments);
    add_boot_options(*up, arguments);
    add_image_options(*up, arguments);
    up->callback([&] {
        take_boot_options(arguments);
        arguments.bring_up.cluster.name = arguments.name;
        if (arguments.anew) {
            static_cast<void>(end_cluster(arguments.name));  // there need not be one
        }
        status = arguments.times == 1 ? bring_up(arguments.bring_up)
                                      : bring_up_again(arguments.bring_up, arguments.times);
    });
    CLI::App* solo = app.add_subcommand("solo", "start one machine that is head and node at once");
    add_image_options(*solo, arguments);
    solo->callback([&] {
        arguments.bring_up.cluster.name = arguments.name;
        arguments.bring_up.cluster.solo = true;
        status = bring_up(arguments.bring_up);
    });
}

void add_demo(CLI::App& app, Arguments& arguments, int& status) {
    CLI::App* demo = app.add_subcommand("demo", "a head, nodes, and a shell; or a story");
    demo->add_flag("--story", arguments.story, "compile a project at home and spread, then end");
    add_node_options(*demo, arguments);
    add_boot_options(*demo, arguments);
    add_image_options(*demo, arguments);
    demo->callback([&] {
        take_boot_options(arguments);
        arguments.bring_up.cluster.name = arguments.name == "default" ? "demo" : arguments.name;
        arguments.bring_up.cluster.ends_with_caller = true;
        status = run_demo(arguments.bring_up, arguments.story);
    });
}

void add_bench(CLI::App& app, Arguments& arguments, int& status) {
    CLI::App* bench = app.add_subcommand("bench", "measure on a head and one node, print a table");
    add_image_options(*bench, arguments);
    bench->callback([&] {
        arguments.bring_up.cluster.name = arguments.name == "default" ? "bench" : arguments.name;
        status = run_bench(arguments.bring_up);
    });
}

void add_audit(CLI::App& app, Arguments& arguments, int& status) {
    app.add_subcommand("audit", "look for faults and for what was left behind")->callback([&] {
        status = verb_audit(arguments.name);
    });
}

void add_sh(CLI::App& app, Arguments& arguments, int& status) {
    CLI::App* sh = app.add_subcommand("sh", "run a command on a machine");
    sh->add_option("machine", arguments.machine, "head, node1...")->required();
    sh->add_option("--user", arguments.request.user, "as this user, in a session of the cluster");
    sh->add_flag("--session", arguments.request.session, "in a session of the cluster");
    sh->add_option("--cd", arguments.request.directory, "in this directory");
    sh->add_flag("-t", arguments.request.terminal, "on a terminal");
    sh->footer("The command and its arguments follow after \"--\".");
    sh->callback([&] {
        if (arguments.request.argv.empty()) {
            throw CLI::RequiredError("-- COMMAND");
        }
        status = verb_sh(arguments.name, arguments.machine, arguments.request);
    });
}

void add_files(CLI::App& app, Arguments& arguments, int& status) {
    CLI::App* put = app.add_subcommand("put", "copy a file into a machine");
    put->add_option("machine", arguments.machine)->required();
    put->add_option("local", arguments.local)->required()->check(CLI::ExistingFile);
    put->add_option("remote", arguments.remote)->required();
    put->callback([&] {
        status = verb_put(arguments.name, arguments.machine, arguments.local, arguments.remote);
    });
    CLI::App* get = app.add_subcommand("get", "copy a file out of a machine");
    get->add_option("machine", arguments.machine)->required();
    get->add_option("remote", arguments.remote)->required();
    get->add_option("local", arguments.local)->required();
    get->callback([&] {
        status = verb_get(arguments.name, arguments.machine, arguments.remote, arguments.local);
    });
}

void add_faults(CLI::App& app, Arguments& arguments, int& status) {
    CLI::App* power = app.add_subcommand("power", "switch a machine");
    power->add_option("machine", arguments.machine)->required();
    power->add_option("action", arguments.action)
        ->required()
        ->check(CLI::IsMember({"off", "kill", "reset", "on"}));
    power->callback(
        [&] { status = verb_power(arguments.name, arguments.machine, arguments.action); });
    CLI::App* link = app.add_subcommand("link", "cut or mend a machine's network");
    link->add_option("machine", arguments.machine)->required();
    link->add_option("state", arguments.action)->required()->check(CLI::IsMember({"up", "down"}));
    link->callback(
        [&] { status = verb_link(arguments.name, arguments.machine, arguments.action == "up"); });
    CLI::App* pause = app.add_subcommand("pause", "stop or continue a machine's processor");
    pause->add_option("machine", arguments.machine)->required();
    pause->add_option("state", arguments.action)->required()->check(CLI::IsMember({"on", "off"}));
    pause->callback(
        [&] { status = verb_pause(arguments.name, arguments.machine, arguments.action == "on"); });
}

void add_screen(CLI::App& app, Arguments& arguments, int& status) {
    CLI::App* screen = app.add_subcommand("screen", "print the text on a machine's screen");
    screen->add_option("machine", arguments.machine)->required();
    screen->add_option("--picture", arguments.picture, "write it as a picture (PNG) instead");
    screen->callback(
        [&] { status = verb_screen(arguments.name, arguments.machine, arguments.picture); });
    CLI::App* key = app.add_subcommand("key", "press keys on a machine's keyboard");
    key->add_option("machine", arguments.machine)->required();
    key->add_option("keys", arguments.words, "p, enter, ctrl-alt-f2...")->required();
    key->callback([&] { status = verb_key(arguments.name, arguments.machine, arguments.words); });
}

void add_foreign_dhcp(CLI::App& app, Arguments& arguments, int& status) {
    CLI::App* dhcp =
        app.add_subcommand("foreign-dhcp", "somebody else's DHCP server in the network");
    dhcp->add_option("state", arguments.action)->required()->check(CLI::IsMember({"on", "off"}));
    dhcp->add_option("--network", arguments.network)
        ->check(CLI::IsMember({"lan", "uplink"}))
        ->capture_default_str();
    dhcp->add_option("--option", arguments.words, "further option of dnsmasq, as --option=--NAME");
    dhcp->callback([&] {
        status = verb_foreign_dhcp(arguments.name, arguments.network, arguments.action == "on",
                                   arguments.words);
    });
}

void add_others(CLI::App& app, Arguments& arguments, int& status) {
    CLI::App* list = app.add_subcommand("list", "show clusters and machines");
    list->add_flag("--json", arguments.json);
    list->callback([&] { status = verb_list(arguments.json); });
    CLI::App* console = app.add_subcommand("console", "print a machine's console");
    console->add_option("machine", arguments.machine)->required();
    console->callback([&] { status = verb_console(arguments.name, arguments.machine); });
    app.add_subcommand("down", "end a cluster")->callback([&] {
        status = verb_down(arguments.name);
    });
}

// Everything after "--" is not ours to parse.
std::vector<std::string> split_off_command(std::vector<std::string>& words) {
    const auto mark = std::find(words.begin(), words.end(), "--");
    std::vector<std::string> command;
    if (mark != words.end()) {
        command.assign(mark + 1, words.end());
        words.erase(mark, words.end());
    }
    return command;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    CLI::App app("Clusters of virtual machines for tests and demonstrations", "qa-vm");
    app.require_subcommand(1);
    app.fallthrough();
    Arguments arguments;
    int status = 0;
    app.add_option("--name", arguments.name, "name of the cluster")
        ->capture_default_str()
        ->check([](const std::string& name) {
            return is_cluster_name(name) ? std::string() : "not a name for a cluster: " + name;
        });
    add_up(app, arguments, status);
    add_demo(app, arguments, status);
    add_bench(app, arguments, status);
    add_audit(app, arguments, status);
    add_sh(app, arguments, status);
    add_files(app, arguments, status);
    add_faults(app, arguments, status);
    add_screen(app, arguments, status);
    add_foreign_dhcp(app, arguments, status);
    add_others(app, arguments, status);
    std::vector<std::string> words(argv + 1, argv + argc);
    arguments.request.argv = split_off_command(words);
    std::reverse(words.begin(), words.end());  // the order that CLI11 wants
    try {
        app.parse(words);
    } catch (const CLI::ParseError& problem) {
        const int code = app.exit(problem);
        return code == 0 ? 0 : 2;
    }
    return status;
}
