// SPDX-License-Identifier: GPL-2.0-only
// dolmen-noded: makes this machine a node of the cluster of the head it finds.
#include "base/file.hpp"
#include "base/kernel_command_line.hpp"
#include "base/log.hpp"
#include "kapi/events.hpp"
#include "kapi/kernel.hpp"
#include "noded/agent.hpp"
#include "noded/machine.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>

namespace {

using namespace dolmen;
using namespace dolmen::node;

Result<> run(AgentOptions options) {
    // A node has no other place for a log; a solo machine has a head's.
    if (!options.solo)
        static_cast<void>(log::use_kernel_log("dolmen-noded"));
    log::set_level(log::Level::kDebug);
    Screen screen = options.solo ? Screen::of_log() : Screen::of_consoles();
    DOLMEN_TRY(make_directories(options.run_directory));
    Machine machine = DOLMEN_TRY(read_machine(options.run_directory));
    const auto kernel = DOLMEN_TRY(kapi::open_kernel());
    auto events = DOLMEN_TRY(kapi::EventSocket::create());
    Agent agent(*kernel, std::move(events), std::move(options), std::move(machine),
                std::move(screen));
    agent.run();
}

}  // namespace

int main(int argc, char** argv) {
    AgentOptions options;
    options.head = kernel_option("dolmen.head").value_or("");
    options.address = kernel_option("dolmen.ip").value_or("");
    options.bootif = kernel_option("BOOTIF").value_or("");
    options.build = kernel_option("dolmen.build").value_or("");
    std::string head;
    CLI::App app{
        "dolmen-noded: lends this machine to a cluster.\n"
        "Kernel command line: dolmen.head=IP, dolmen.ip=ADDRESS/LENGTH, BOOTIF=01-MAC,\n"
        "dolmen.build=BUILD."};
    app.add_flag("--solo", options.solo, "head and node are this one machine");
    app.add_option("--head", head, "address of the head");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? EXIT_SUCCESS : 2;
    }
    if (options.solo)
        options.head = "127.0.0.1";
    if (!head.empty())
        options.head = head;
    const auto outcome = run(std::move(options));
    // Reached only when something that every node has is missing.
    log::error("{}", outcome.error().to_string());
    return EXIT_FAILURE;
}
