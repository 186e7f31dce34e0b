// SPDX-License-Identifier: GPL-2.0-only
// qa-scenarios: plays scenarios on a cluster that qa-vm has brought up.
#include <CLI/CLI.hpp>
#include <csignal>

#include "scenarios/runner.hpp"

int main(int argc, char** argv) {
    using namespace dolmen::qa;
    std::signal(SIGPIPE, SIG_IGN);
    CLI::App app("Plays scenarios on a cluster that is up", "qa-scenarios");
    RunnerOptions options;
    options.images_file = QA_VM_IMAGES;
    bool list = false;
    app.add_option("--name", options.cluster, "name of the cluster")->capture_default_str();
    app.add_option("--family", options.family, "only this family");
    app.add_option("--match", options.match, "only scenarios whose promise contains this");
    app.add_option("--images", options.images_file, "what machines of their own boot")
        ->capture_default_str();
    app.add_option("--iso", options.iso, "medium to boot instead of the images' own");
    app.add_flag("--restart", options.restart, "switch all machines off and on after a failure");
    app.add_flag("--stay-home", options.stay_home,
                 "nothing leaves the head: checks the scenarios themselves");
    app.add_flag("--spread-only", options.spread_only,
                 "scripts run spread alone, nothing is compared: for the debug flavour");
    app.add_flag("--list", list, "say what there is");
    CLI11_PARSE(app, argc, argv);
    if (list) {
        for (const Family& family : families()) {
            for (const Scenario& scenario : family.scenarios()) {
                fmt::print("{}: {}\n", family.name, scenario.promise);
            }
        }
        return 0;
    }
    return run_scenarios(options);
}
