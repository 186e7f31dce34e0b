// SPDX-License-Identifier: GPL-2.0-only
#include "main/two_builds.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>

#include "lib/remote_command.hpp"
#include "lib/source_package.hpp"
#include "main/script.hpp"

namespace dolmen::qa {
namespace {

// 157 translation units in C, a plain makefile, no configure.
constexpr const char* kPackage = "libtommath";
constexpr const char* kCodename = "bookworm";
constexpr const char* kArchive = "/tmp/project.tar";
constexpr std::chrono::milliseconds kBuildLimit{1200000};
// USER_HZ of /proc/stat.
constexpr double kTicksPerSecond = 100;

// What the head's own processor has done, in seconds; asked outside of any session.
Result<double> head_busy(const ControlClient& cluster) {
    const std::string text =
        DOLMEN_TRY(run_script(cluster, "", "head -n 1 /proc/stat", kLookLimit));
    std::istringstream words(text);
    std::string name;
    double user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softirq = 0;
    words >> name >> user >> nice >> system >> idle >> wait >> irq >> softirq;
    return (user + nice + system + irq + softirq) / kTicksPerSecond;
}

Result<std::map<std::string, long>> compilers_placed(const ControlClient& cluster) {
    const std::string text =
        DOLMEN_TRY(run_script(cluster, "", "dolmen counters --json", kLookLimit));
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    std::map<std::string, long> placed;
    if (!json.is_object() || !json.contains("counters")) {
        return fail_text("dolmen counters --json: " + text.substr(0, 200));
    }
    for (const nlohmann::json& counter : json["counters"]) {
        if (counter.value("comm", "") == "cc1" && counter.value("kind", "") == "placed" &&
            counter.value("node", 0U) != 0) {
            placed[counter.value("name", "?")] += counter.value("count", 0L);
        }
    }
    return placed;
}

Result<Build> build(const ControlClient& cluster, const std::string& launcher,
                    const std::string& directory, unsigned jobs) {
    DOLMEN_TRY(run_script(
        cluster, "demo",
        fmt::format("mkdir -p {0} && tar -C {0} --strip-components=1 -xf {1}", directory, kArchive),
        kLookLimit));
    Build result;
    const auto placed_before = DOLMEN_TRY(compilers_placed(cluster));
    const double busy_before = DOLMEN_TRY(head_busy(cluster));
    const std::string command =
        fmt::format("cd {} && {}make -j{} libtommath.a", directory, launcher, jobs);
    fmt::print("\n$ {}\n", command);
    std::fflush(stdout);
    const auto began = SteadyClock::now();
    DOLMEN_TRY(run_script(cluster, "demo",
                          command + " >build.log 2>&1 || { tail -n 20 build.log; exit 1; }",
                          kBuildLimit));
    result.seconds = std::chrono::duration<double>(SteadyClock::now() - began).count();
    result.head_busy_seconds = DOLMEN_TRY(head_busy(cluster)) - busy_before;
    for (const auto& [node, count] : DOLMEN_TRY(compilers_placed(cluster))) {
        const auto before = placed_before.find(node);
        result.compilers[node] = count - (before == placed_before.end() ? 0 : before->second);
    }
    result.sums = DOLMEN_TRY(
        run_script(cluster, "demo", fmt::format("cd {} && md5sum *.o *.a", directory), kLookLimit));
    return result;
}

Result<> compare(const Build& home, const Build& spread) {
    long elsewhere = 0;
    fmt::print("\n  at home     {:7.1f} s\n  spread      {:7.1f} s, {:.2f} times as fast\n",
               home.seconds, spread.seconds, home.seconds / spread.seconds);
    for (const auto& [node, count] : spread.compilers) {
        fmt::print("  {:<11} {:7} compilers (cc1) placed there by the kernel\n", node, count);
        elsewhere += count;
    }
    fmt::print("  head        {:7.1f} s of its processor spent meanwhile ({:.1f} s at home)\n",
               spread.head_busy_seconds, home.head_busy_seconds);
    if (elsewhere == 0) {
        return fail_text("no compiler ran on a node");
    }
    if (home.sums != spread.sums) {
        return fail_text("the two builds differ");
    }
    fmt::print("  every file that was built is the same, byte for byte\n");
    return {};
}

}  // namespace

Result<TwoBuilds> build_twice(const ControlClient& cluster, const std::string& launcher,
                              unsigned jobs) {
    const std::string archive = DOLMEN_TRY(fetch_source(kPackage, kCodename));
    DOLMEN_TRY(put_file(cluster, "head", archive, kArchive));
    fmt::print("\nA project of 157 files in C ({} of Debian), compiled by make.\n", kPackage);
    TwoBuilds builds;
    builds.home = DOLMEN_TRY(build(cluster, "dolmen local ", "/home/demo/at-home", jobs));
    fmt::print("  {:.1f} s at home\n", builds.home.seconds);
    builds.spread = DOLMEN_TRY(build(cluster, launcher, "/home/demo/spread", jobs));
    DOLMEN_TRY(compare(builds.home, builds.spread));
    return builds;
}

}  // namespace dolmen::qa
