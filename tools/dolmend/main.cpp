// SPDX-License-Identifier: GPL-2.0-only
// dolmend: the daemon of the head.
#include "base/file.hpp"
#include "base/kernel_command_line.hpp"
#include "base/log.hpp"
#include "base/loop.hpp"
#include "dolmend/daemon.hpp"
#include "dolmend/options.hpp"
#include "kapi/events.hpp"
#include "kapi/kernel.hpp"

#include <systemd/sd-daemon.h>
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>

namespace {

using namespace dolmen;
using namespace dolmen::daemon;

struct Arguments {
    std::string config = "/etc/dolmen";
    std::string timeout_percent;
    std::string lan;
};

Result<Options> collect_options(const Arguments& arguments) {
    Options options;
    options.config_directory = arguments.config;
    const std::string path = arguments.config + "/dolmend.toml";
    const auto toml = read_file(path);
    if (!toml && toml.error().code() != ENOENT)
        return fail(Error(toml.error()));
    auto applied = toml ? apply_toml(*toml, options) : Result<>();
    if (!applied)
        return fail(std::move(applied.error()).context(path));
    if (const auto text = kernel_option("dolmen.timeout_percent"))
        options.timeout_percent = DOLMEN_TRY(parse_timeout_percent(*text));
    if (!arguments.timeout_percent.empty())
        options.timeout_percent = DOLMEN_TRY(parse_timeout_percent(arguments.timeout_percent));
    if (const auto text = kernel_option("dolmen.lan"))
        options.lan = DOLMEN_TRY(parse_lan(*text));
    if (!arguments.lan.empty())
        options.lan = DOLMEN_TRY(parse_lan(arguments.lan));
    return options;
}

Result<> run(const Arguments& arguments) {
    Options options = DOLMEN_TRY(collect_options(arguments));
    const auto kernel = DOLMEN_TRY(kapi::open_kernel());
    auto events = DOLMEN_TRY(kapi::EventSocket::create());
    Loop loop = DOLMEN_TRY(Loop::create());
    Daemon daemon(loop, *kernel, std::move(options));
    // Before the first thread, so that all threads have these signals blocked.
    DOLMEN_TRY(loop.watch_signals({SIGTERM, SIGINT, SIGHUP}, [&](int signal) {
        if (signal == SIGHUP)
            daemon.load_lists();
        else
            loop.stop();
    }));
    DOLMEN_TRY(daemon.start(std::move(events)));
    // Programs that are started from now on have nothing to tell in our place.
    ::sd_notify(1, "READY=1");
    return loop.run();
}

}  // namespace

int main(int argc, char** argv) {
    Arguments arguments;
    CLI::App app{
        "dolmend: makes this machine the head of a cluster.\n"
        "SIGHUP reads the lists of programs again."};
    app.add_option("--config", arguments.config,
                   "directory of dolmend.toml, spread.list, stay.list");
    app.add_option("--timeout-percent", arguments.timeout_percent,
                   "scale all timeouts, 100 to 1000");
    app.add_option("--lan", arguments.lan, "auto, proxy, full, direct or off (docs/lan.md)");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? EXIT_SUCCESS : 2;
    }
    const auto outcome = run(arguments);
    if (!outcome)
        log::error("dolmend: {}", outcome.error().to_string());
    return outcome ? EXIT_SUCCESS : EXIT_FAILURE;
}
