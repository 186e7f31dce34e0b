// SPDX-License-Identifier: GPL-2.0-only
#include "main/build_story.hpp"

#include <fmt/core.h>

#include <cstdio>

#include "main/script.hpp"
#include "main/two_builds.hpp"

namespace dolmen::qa {
namespace {

Result<> show(const ControlClient& cluster, const std::string& command) {
    fmt::print("\n$ {}\n", command);
    fmt::print("{}", DOLMEN_TRY(run_script(cluster, "demo", command, kLookLimit)));
    std::fflush(stdout);
    return {};
}

}  // namespace

Result<> tell_build_story(const ControlClient& cluster, unsigned nodes) {
    fmt::print("\nOne Linux: a head and {} nodes without disks.\n", nodes);
    DOLMEN_TRY(show(cluster, "nproc"));
    DOLMEN_TRY(show(cluster, "free -m"));
    DOLMEN_TRY(show(cluster, "dolmen nodes"));
    DOLMEN_TRY(show(cluster, "ps -e | tail -n 5"));
    DOLMEN_TRY(build_twice(cluster, "dolmen spread ", 2 * nodes));
    return show(cluster, "dolmen nodes");
}

}  // namespace dolmen::qa
