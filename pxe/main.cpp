// SPDX-License-Identifier: GPL-2.0-only
// dolmen-pxe: shows what a boot plan makes of it, without touching the real places.
#include "base/file.hpp"
#include "pxe/lib/plan_file.hpp"
#include "pxe/lib/render.hpp"

#include <fmt/core.h>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace {

using namespace dolmen;

Result<pxe::Files> render_plan(const std::string& plan_file) {
    const std::string toml = DOLMEN_TRY(read_file(plan_file));
    auto plan = pxe::parse_plan(toml);
    auto files = plan ? pxe::render(*plan) : fail(std::move(plan.error()));
    if (!files)
        return fail(std::move(files.error()).context(plan_file));
    return files;
}

Result<> render(const std::string& plan_file, const std::string& out) {
    const auto files = DOLMEN_TRY(render_plan(plan_file));
    for (const auto& [path, content] : files) {
        const std::string target = out + path;
        DOLMEN_TRY(make_directories(std::filesystem::path(target).parent_path()));
        DOLMEN_TRY(write_file_atomically(target, content));
    }
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    std::string plan;
    std::string out;
    CLI::App app{"dolmen-pxe: what boots what, as files for dnsmasq, PXELINUX and nginx.",
                 "dolmen-pxe"};
    app.require_subcommand(1);
    CLI::App* command = app.add_subcommand("render", "writes the files of a plan");
    command->add_option("--plan", plan, "the plan, in TOML (see pxe/README.md)")->required();
    command->add_option("--out", out, "directory that stands for / of the head")->required();
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? EXIT_SUCCESS : 2;
    }
    const auto done = render(plan, out);
    if (done)
        return EXIT_SUCCESS;
    fmt::print(stderr, "dolmen-pxe: {}\n", done.error().to_string());
    return EXIT_FAILURE;
}
