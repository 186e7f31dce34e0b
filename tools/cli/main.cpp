// SPDX-License-Identifier: GPL-2.0-only
// dolmen: looks at the cluster and says where commands run.
#include "base/file.hpp"
#include "cli/doctor.hpp"
#include "cli/doctor_facts.hpp"
#include "cli/events_command.hpp"
#include "cli/launch.hpp"
#include "cli/move.hpp"
#include "cli/report.hpp"
#include "cli/show.hpp"
#include "cli/show_machines.hpp"
#include "cli/why.hpp"
#include "kapi/kernel.hpp"

#include <fmt/core.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace {

using namespace dolmen;
using namespace dolmen::cli;

// A daemon that is busy for longer says what it knows another time.
constexpr std::chrono::milliseconds kDaemonLimit{10000};

struct Arguments {
    bool json = false;
    bool follow = false;
    std::string node;
    std::vector<std::string> command;
    Movers movers;
    std::vector<std::string> words;  // of migrate, home and why
    std::uint32_t seconds = 10;
};

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}
void print(const Json& json) {
    print(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

// The kernel keeps them in the order of their joins.
Result<Nodes> sorted_nodes(kapi::Kernel& kernel) {
    Nodes nodes = DOLMEN_TRY(kernel.nodes());
    std::sort(nodes.begin(), nodes.end(),
              [](const auto& left, const auto& right) { return left.node < right.node; });
    return nodes;
}

Result<> show_nodes(kapi::Kernel& kernel, bool json) {
    const Nodes nodes = DOLMEN_TRY(sorted_nodes(kernel));
    // What is not in the kernel yet; only a head's daemon knows, and may be away.
    const Machines machines =
        rpc::ask_status(rpc::kDaemonSocket, kDaemonLimit).value_or(rpc::HeadStatus{}).machines;
    if (json) {
        Json all = nodes_json(nodes);
        all["machines"] = machines_json(machines);
        print(all);
    } else {
        print(nodes_text(nodes) + machines_text(machines));
    }
    return {};
}

Result<> show_processes(kapi::Kernel& kernel, bool json) {
    const Processes processes = DOLMEN_TRY(kernel.processes());
    const NodeNames names = node_names(DOLMEN_TRY(kernel.nodes()));
    json ? print(processes_json(processes, names)) : print(processes_text(processes, names));
    return {};
}

// The name of a program, as ps has it. A process that ends now has none.
std::string program_of(std::int32_t pid) {
    std::string name = read_file(fmt::format("/proc/{}/comm", pid), 64).value_or("");
    if (!name.empty() && name.back() == '\n')
        name.pop_back();
    return name;
}

int show_why(kapi::Kernel& kernel, const std::vector<std::string>& words, bool json) {
    Json list = Json::array();
    NodeNames names;
    if (auto nodes = kernel.nodes())
        names = node_names(*nodes);
    int outcome = kOk;
    for (const std::string& word : words) {
        const auto pid = process_id(word);
        const auto why = pid ? kernel.why(*pid) : Result<dolmen_why>(fail(Error(pid.error())));
        if (!why) {
            outcome = report(why.error());
            continue;
        }
        const std::string name = program_of(*pid);
        if (json)
            list.push_back(why_json(*why, name, names));
        else
            print(why_text(*why, name, names));
    }
    if (json)
        print(Json{{"processes", std::move(list)}});
    return outcome;
}

Result<> show_counters(kapi::Kernel& kernel, bool json) {
    const Counters counters = DOLMEN_TRY(kernel.counters());
    const NodeNames names = node_names(DOLMEN_TRY(kernel.nodes()));
    json ? print(counters_json(counters, names)) : print(counters_text(counters, names));
    return {};
}

Result<> show_audit(kapi::Kernel& kernel, bool json) {
    const Audit audit = DOLMEN_TRY(kernel.audit());
    json ? print(audit_json(audit)) : print(audit_text(audit));
    return {};
}

Result<> show_version(kapi::Kernel& kernel, bool json) {
    const kapi::Version version = DOLMEN_TRY(kernel.version());
    json ? print(version_json(DOLMEN_VERSION, version))
         : print(version_text(DOLMEN_VERSION, version));
    return {};
}

// With --json one object a line when following, else one object with all.
Result<> show_events(bool json, bool follow) {
    Json list = Json::array();
    DOLMEN_TRY(read_events(kDaemonSocket, follow, [&](const Json& event) {
        if (json && !follow)
            list.push_back(event);
        else
            print(json ? event.dump() + "\n" : event_text(event));
        std::fflush(stdout);
    }));
    if (json && !follow)
        print(Json{{"events", std::move(list)}});
    return {};
}

int show_doctor(bool json) {
    const Findings findings = examine(gather_facts(DOLMEN_VERSION, kDaemonSocket));
    json ? print(findings_json(findings)) : print(findings_text(findings));
    return has_problem(findings) ? kFailed : kOk;
}

template <class Show>
int with_kernel(Show show) {
    const auto kernel = kapi::open_kernel();
    if (!kernel)
        return report(kernel.error());
    const auto shown = show(**kernel);
    return shown ? kOk : report(shown.error());
}

Result<std::uint32_t> choose_node(kapi::Kernel& kernel, const std::string& wanted) {
    const Nodes nodes = DOLMEN_TRY(sorted_nodes(kernel));
    return wanted.empty() ? any_node(nodes) : find_node(nodes, wanted);
}

int run_command(dolmen_mode mode, const Arguments& arguments) {
    const auto kernel = kapi::open_kernel();
    if (!kernel)
        return report(kernel.error());
    std::uint32_t node = 0;
    if (mode == DOLMEN_MODE_NODE) {
        const auto chosen = choose_node(**kernel, arguments.node);
        if (!chosen)
            return report(chosen.error());
        node = *chosen;
    }
    return launch(**kernel, mode, node, arguments.command);
}

// The last word says where to, unless `home`.
int move_processes(Arguments arguments, bool home) {
    const auto kernel = kapi::open_kernel();
    if (!kernel)
        return report(kernel.error());
    const auto nodes = sorted_nodes(**kernel);
    if (!nodes)
        return report(nodes.error());
    Result<std::uint32_t> target = 0U;
    if (!home) {
        target = find_node(*nodes, arguments.words.back());
        arguments.words.pop_back();
    }
    arguments.movers.pids = std::move(arguments.words);
    const auto pids = target ? choose_processes(**kernel, *nodes, arguments.movers)
                             : Result<std::vector<std::int32_t>>(fail(std::move(target.error())));
    if (!pids)
        return report(pids.error());
    return move_all(**kernel, *pids, *target, arguments.seconds * 1000);
}

int drain_node(const Arguments& arguments, bool on) {
    const auto kernel = kapi::open_kernel();
    if (!kernel)
        return report(kernel.error());
    const auto node = choose_node(**kernel, arguments.node);
    if (!node)
        return report(node.error());
    auto done = rpc::send_drain(kDaemonSocket, *node, on, kDaemonLimit);
    if (done && on)
        done = empty_node(**kernel, *node, std::chrono::seconds(arguments.seconds));
    return done ? kOk : report(done.error());
}

int usage_error(const char* text) {
    fmt::print(stderr, "dolmen: {}\n", text);
    return kUsage;
}

}  // namespace

int main(int argc, char** argv) {
    Arguments arguments;
    LaunchWords words = split_words({argv + 1, argv + argc});
    if (const auto plain = plain_launch(words)) {
        arguments.node = plain->node;
        arguments.command = std::move(words.command);
        return run_command(plain->mode, arguments);
    }
    CLI::App app{"dolmen: many machines, one Linux.", "dolmen"};
    app.require_subcommand(1);
    const auto reader = [&](const char* name, const char* help) {
        CLI::App* command = app.add_subcommand(name, help);
        command->add_flag("--json", arguments.json, "for programs");
        return command;
    };
    const CLI::App* nodes = reader("nodes", "the machines of the cluster, and those on their way");
    const CLI::App* processes = reader("ps", "the processes whose bodies are elsewhere");
    CLI::App* why = reader("why", "dolmen why PID...: where it runs, why there, what keeps it");
    why->add_option("pid", arguments.words, "processes")->required();
    const CLI::App* counters =
        reader("counters", "what was placed, and what sent programs home")->alias("stats");
    const CLI::App* audit = reader("audit", "what is held for processes on other machines");
    const CLI::App* version = reader("version", "versions of tools and kernel modules");
    const CLI::App* doctor =
        reader("doctor", "why nodes do not come up, and what to do; asks the network as root");
    CLI::App* events = reader("events", "what has happened to the cluster");
    events->add_flag("--follow,-f", arguments.follow, "go on with what happens next");
    CLI::App* run = app.add_subcommand(
        "run", "dolmen run [--on NODE] COMMAND...: on one node, with all it starts");
    run->add_option("--on", arguments.node, "name or id of the node; default: any but the head");
    const CLI::App* spread = app.add_subcommand(
        "spread", "dolmen spread COMMAND...: all that it starts may run anywhere");
    const CLI::App* local =
        app.add_subcommand("local", "dolmen local COMMAND...: stays here with all it starts");
    const auto mover = [&](const char* name, const char* help, const char* positional) {
        CLI::App* command = app.add_subcommand(name, help);
        command->add_option("-g", arguments.movers.group, "all processes of this process group");
        command->add_option("--all-of", arguments.movers.node, "all that run on this node");
        command->add_option("--seconds", arguments.seconds, "how long to try; default: 10")
            ->check(CLI::Range(1, 600));
        command->add_option("words", arguments.words, positional);
        return command;
    };
    CLI::App* migrate =
        mover("migrate", "dolmen migrate PID... NODE: moves running processes to a node",
              "PID... NODE, or NODE alone with -g or --all-of");
    migrate->get_option("words")->required();
    const CLI::App* home =
        mover("home", "dolmen home PID...: brings running processes back to the head", "PID...");
    CLI::App* drain = app.add_subcommand(
        "drain", "dolmen drain NODE: moves away all that runs there and places nothing new (root)");
    CLI::App* undrain =
        app.add_subcommand("undrain", "dolmen undrain NODE: it is used again (root)");
    for (CLI::App* command : {drain, undrain})
        command->add_option("node", arguments.node, "name or id of the node")->required();
    drain->add_option("--seconds", arguments.seconds, "how long to try; default: 10")
        ->check(CLI::Range(1, 600));
    arguments.command = std::move(words.command);
    // CLI11 takes the words from the back.
    std::reverse(words.own.begin(), words.own.end());
    try {
        app.parse(words.own);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kOk : kUsage;
    }
    const bool json = arguments.json;
    if (nodes->parsed())
        return with_kernel([&](kapi::Kernel& kernel) { return show_nodes(kernel, json); });
    if (processes->parsed())
        return with_kernel([&](kapi::Kernel& kernel) { return show_processes(kernel, json); });
    if (why->parsed()) {
        const auto kernel = kapi::open_kernel();
        return kernel ? show_why(**kernel, arguments.words, json) : report(kernel.error());
    }
    if (counters->parsed())
        return with_kernel([&](kapi::Kernel& kernel) { return show_counters(kernel, json); });
    if (audit->parsed())
        return with_kernel([&](kapi::Kernel& kernel) { return show_audit(kernel, json); });
    if (version->parsed())
        return with_kernel([&](kapi::Kernel& kernel) { return show_version(kernel, json); });
    if (doctor->parsed())
        return show_doctor(json);
    if (migrate->parsed() || home->parsed())
        return move_processes(std::move(arguments), home->parsed());
    if (drain->parsed() || undrain->parsed())
        return drain_node(arguments, drain->parsed());
    const bool launcher = run->parsed() || spread->parsed() || local->parsed();
    if (launcher && arguments.command.empty())
        return usage_error("no command given: see dolmen --help");
    if (run->parsed())
        return run_command(DOLMEN_MODE_NODE, arguments);
    if (spread->parsed())
        return run_command(DOLMEN_MODE_SPREAD, arguments);
    if (local->parsed())
        return run_command(DOLMEN_MODE_LOCAL, arguments);
    const auto shown = show_events(json, arguments.follow);
    return shown ? kOk : report(shown.error());
}
