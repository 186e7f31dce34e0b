// SPDX-License-Identifier: GPL-2.0-only
// One small program for each kernel object (qa-vm/programs): it sets the object up, is moved to
// two nodes and home ten times while it uses that, and finds all as it was. One that has what
// keeps a program at home stays there, is told why, and finds the same.
#include <fmt/core.h>

#include "lib/remote_command.hpp"
#include "scenarios/families.hpp"

namespace dolmen::qa {
namespace {

constexpr std::chrono::milliseconds kLimit{240000};
constexpr long kRounds = 10;
constexpr long kMovesEach = 2;  // to a node; the way home is not counted
constexpr const char* kSources = "/tmp/programs";

// What docs/moving.md says.
enum class Expected { kMoves, kStays };

struct Object {
    const char* name;  // of the program
    Expected expected;
    const char* user = "demo";
};

constexpr Object kObjects[] = {
    // registers and what lies beside them
    {"registers", Expected::kMoves},
    {"tls", Expected::kMoves},
    {"rseq", Expected::kMoves},
    {"robust_list", Expected::kMoves},
    // memory
    {"mappings", Expected::kMoves},
    {"file_mappings", Expected::kMoves},
    {"sparse", Expected::kMoves},
    {"heap", Expected::kMoves},
    {"stack", Expected::kMoves},
    {"advice", Expected::kMoves},
    {"locked", Expected::kMoves},
    {"shared_memory", Expected::kStays},
    // signals and timers
    {"signal_actions", Expected::kMoves},
    {"signal_queue", Expected::kMoves},
    {"signal_limit", Expected::kMoves},
    {"alarm", Expected::kMoves},
    {"interval_timer", Expected::kMoves},
    {"cpu_timer", Expected::kStays},
    {"posix_timer", Expected::kMoves},
    // the process
    {"limits", Expected::kMoves},
    {"directory", Expected::kMoves},
    {"nice", Expected::kMoves},
    {"scheduling", Expected::kMoves},
    {"personality", Expected::kMoves},
    {"process_control", Expected::kMoves},
    {"seccomp", Expected::kStays},
    {"credentials", Expected::kMoves, "root"},
    {"oom_score", Expected::kMoves},
    {"name", Expected::kMoves},
    {"arguments", Expected::kMoves},
    {"identity", Expected::kMoves},
    {"clocks", Expected::kMoves},
    {"usage", Expected::kMoves},
    // files
    {"files", Expected::kMoves},
    {"shared_description", Expected::kMoves},
    {"append", Expected::kMoves},
    {"descriptor_flags", Expected::kMoves},
    {"unlinked", Expected::kMoves},
    {"directory_entries", Expected::kMoves},
    {"pipe", Expected::kMoves},
    {"pipe_buffer", Expected::kMoves},
    {"memfd", Expected::kMoves},
    {"eventfd", Expected::kMoves},
    {"timerfd", Expected::kMoves},
    {"signalfd", Expected::kMoves},
    {"epoll", Expected::kMoves},
    // locks and what else is between processes
    {"flock", Expected::kMoves},
    {"description_lock", Expected::kMoves},
    {"record_lock", Expected::kStays},
    {"semaphores", Expected::kMoves},
    {"semaphore_undo", Expected::kStays},
    {"message_queue", Expected::kMoves},
};

// Between two moves the program has some time to use its object. One that has not moved in its
// first round does not in another; one that does not end is ended.
constexpr const char* kScript =
    "gcc -std=gnu11 -O1 -Wall -Wextra -Werror -o $name $sources/$name.c || exit 9;"
    " ./$name $PWD/ready $PWD/go & p=$!;"
    " lives() { kill -0 $p 2>/dev/null; };"
    " until [ -e ready ] || ! lives; do sleep 0.05; done;"
    " round=0; moved=; while [ $((round += 1)) -le $rounds ]; do"
    "  for node in node1 node2; do"
    "   dolmen migrate --seconds 5 $p $node && moved=yes; sleep 0.1; done;"
    "  dolmen home --seconds 5 $p; sleep 0.1; [ -n \"$moved\" ] || break; done;"
    " touch go; tries=0; while lives && [ $((tries += 1)) -le 600 ]; do sleep 0.1; done;"
    " ! lives || kill -KILL $p; wait $p";

Result<> send_source(Stage& stage, const std::string& file) {
    return put_file(stage.cluster(), "head", fmt::format("{}/{}", QA_VM_PROGRAMS, file),
                    fmt::format("{}/{}", kSources, file));
}

Ran run(const Object& object, long rounds, Stage& stage) {
    return stage.shell_as(
        object.user, Way::kLocal,
        fmt::format("name={}; sources={}; rounds={}; {}", object.name, kSources, rounds, kScript),
        kLimit);
}

bool verify(const Object& object, const char* when, const Ran& ran, Findings& findings) {
    return findings.expect(ran.status == 0 && ran.output == fmt::format("ok {}\n", object.name),
                           "{}: status {}: {}{}", when, ran.status, ran.output, ran.error);
}

// Of what dolmen says first: "dolmen: move process 7: Operation not supported: an epoll set".
std::string reason(const std::string& said) {
    const std::string line = said.substr(0, said.find('\n'));
    const std::size_t end = line.rfind(": ");
    return line.rfind("dolmen: ", 0) != 0 || end == std::string::npos ? "" : line.substr(end + 2);
}

void move_it(const Object& object, Stage& stage, Findings& findings) {
    const long before = stage.moves();
    const Ran ran = run(object, kRounds, stage);
    const long moved = stage.moves() - before;
    const std::string why = reason(ran.error);
    if (moved > 0) {
        fmt::print("        {}: moved {} times\n", object.name, moved);
    } else {
        fmt::print("        {}: stays: {}\n", object.name, why.empty() ? "?" : why);
    }
    verify(object, "moved", ran, findings);
    if (object.expected == Expected::kStays) {
        findings.expect(moved == 0, "docs/moving.md says that it stays, it has moved {} times",
                        moved);
        findings.expect(!why.empty(), "it is not told why it stays: {}", ran.error);
    } else {
        findings.expect(moved == kRounds * kMovesEach, "it has moved {} times, not {}: {}", moved,
                        kRounds * kMovesEach, ran.error);
    }
}

void play(const Object& object, Stage& stage, Findings& findings) {
    stage.look(fmt::format("mkdir -p {}", kSources));
    for (const std::string& file : {std::string("check.h"), fmt::format("{}.c", object.name)}) {
        const Result<> sent = send_source(stage, file);
        if (!findings.expect(sent.has_value(), "{}", sent ? "" : sent.error().to_string())) {
            return;
        }
    }
    if (verify(object, "unmoved", run(object, 0, stage), findings) && !stage.stays_home()) {
        move_it(object, stage, findings);
    }
}

}  // namespace

std::vector<Scenario> objects_scenarios() {
    std::vector<Scenario> scenarios;
    for (const Object& object : kObjects) {
        const char* promise = object.expected == Expected::kStays
                                  ? "stays, is told why, and all is as it was"
                                  : "is moved ten rounds, and all is as it was";
        scenarios.push_back(
            {fmt::format("a program with {} {}", object.name, promise), 2,
             [&object](Stage& stage, Findings& findings) { play(object, stage, findings); }});
    }
    return scenarios;
}

}  // namespace dolmen::qa
