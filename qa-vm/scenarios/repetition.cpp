// SPDX-License-Identifier: GPL-2.0-only
// What must hold every time: the same again, many times over.
#include <fmt/core.h>

#include "lib/join.hpp"
#include "lib/pause.hpp"
#include "scenarios/families.hpp"

namespace dolmen::qa {
namespace {

constexpr unsigned kManyPrograms = 1000;
constexpr unsigned kSomePrograms = 20;
constexpr std::chrono::milliseconds kProgramsLimit{5400000};

// Every program has another status; what fails is told, and how.
void many_programs(Stage& stage, Findings& findings) {
    const unsigned programs = stage.is_spread_only() ? kSomePrograms : kManyPrograms;
    const NodeCounts before = stage.counts();
    const auto began = SteadyClock::now();
    const Ran ran = stage.shell(
        Way::kSpread,
        fmt::format("cat >one <<'E'\n"
                    "echo \"int main(void) {{ return $1 % 251; }}\" >p$1.c\n"
                    "gcc -o p$1 p$1.c 2>p$1.err || echo \"$1: compiler: $? $(cat p$1.err)\"\n"
                    "./p$1; s=$?; [ $s = $(($1 % 251)) ] || echo \"$1: status $s\"\n"
                    "rm -f p$1 p$1.c p$1.err\nE\n"
                    "seq {} | xargs -P 4 -n 1 sh one; echo $?; rm one",
                    programs),
        kProgramsLimit);
    const double seconds = std::chrono::duration<double>(SteadyClock::now() - began).count();
    findings.expect(!ran.timed_out && ran.status == 0 && ran.output == "0\n" && ran.error.empty(),
                    "status {}\n{}{}", ran.status, ran.output, ran.error);
    findings.expect(ran.files.empty(), "files are left:\n{}", ran.files);
    const NodeCounts after = stage.counts();
    fmt::print(
        "        {} programs in {:.0f} s; placed on nodes {}, forked there {}, gone home {}\n",
        programs, seconds, after.placed - before.placed, after.forked - before.forked,
        after.went_home - before.went_home);
    findings.expect(after.placed - before.placed >= programs, "hardly any ran on a node: {}",
                    after.placed - before.placed);
}

}  // namespace

std::vector<Scenario> repetition_scenarios() {
    return {
        {"a program is compiled and run, a thousand times", 1, many_programs},
    };
}

}  // namespace dolmen::qa
