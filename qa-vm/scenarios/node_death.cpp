// SPDX-License-Identifier: GPL-2.0-only
// A node that dies, and one that comes back.
#include <fmt/core.h>

#include "lib/join.hpp"
#include "lib/pause.hpp"
#include "scenarios/families.hpp"

namespace dolmen::qa {
namespace {

// From the death of a node until nobody waits for it any more.
constexpr std::chrono::milliseconds kDeathLimit{10000};
constexpr unsigned kRounds = 10;
constexpr std::chrono::milliseconds kRejoinLimit{120000};
constexpr std::chrono::milliseconds kBuildLimit{300000};

struct Victim {
    std::string node;     // as the head knows it
    std::string machine;  // as the harness knows it
};

bool find_victim(Stage& stage, Findings& findings, Victim& victim) {
    victim.node = stage.first_node();
    victim.machine = stage.machine_of(victim.node);
    return findings.expect(!victim.machine.empty(), "no node is up");
}

void bring_back(Stage& stage, Findings& findings, const Victim& victim) {
    const Result<> on = stage.cluster().power(victim.machine, "on");
    findings.expect(on.has_value(), "{} cannot be switched on", victim.machine);
    const Result<> joined = wait_for_nodes(stage.cluster(), 2, stage.patient(kRejoinLimit));
    findings.expect(joined.has_value(), "{} does not rejoin: {}", victim.machine,
                    joined ? "" : joined.error().to_string());
}

// Waits until a command on the head succeeds.
bool await(Stage& stage, const std::string& command, std::chrono::milliseconds limit) {
    const Deadline deadline = Deadline::after(limit);
    while (!deadline.passed()) {
        if (stage.look(command).status == 0) {
            return true;
        }
        pause_between_looks();
    }
    return false;
}

void lone_program(Stage& stage, Findings& findings) {
    Victim victim;
    if (!find_victim(stage, findings, victim)) {
        return;
    }
    stage.look("rm -f /tmp/status; (dolmen run --on " + victim.node +
               " sleep 1000; echo $? >/tmp/status) >/dev/null 2>&1 &");
    findings.expect(await(stage, "dolmen ps | grep -w sleep | grep -qw away",
                          stage.patient(Stage::kScriptLimit)),
                    "the program was not placed");
    static_cast<void>(stage.cluster().power(victim.machine, "kill"));
    const auto killed = SteadyClock::now();
    const bool ended = await(stage, "test -s /tmp/status", kDeathLimit);
    const double seconds = std::chrono::duration<double>(SteadyClock::now() - killed).count();
    fmt::print("        told of the death after {:.1f} s\n", seconds);
    findings.expect(ended, "nobody was told of the death within {:.0f} s", seconds);
    const std::string status = stage.look("cat /tmp/status").output;
    findings.expect(status == "137\n", "status {}, not as if killed", status);
    bring_back(stage, findings, victim);
}

void many_deaths(Stage& stage, Findings& findings) {
    for (unsigned round = 0; round < kRounds && findings.wrong().empty(); ++round) {
        lone_program(stage, findings);
    }
}

void in_a_build(Stage& stage, Findings& findings) {
    Victim victim;
    if (!find_victim(stage, findings, victim)) {
        return;
    }
    stage.clear();
    const std::string directory = Stage::kDirectory;
    const Ran made = stage.look(
        "cd " + directory +
        " && i=1; while [ $i -le 24 ]; do { echo '#include <stdio.h>'; echo '#include <math.h>';"
        " echo \"int f$i(void) { return $i; }\"; } >f$i.c; i=$((i+1)); done;"
        " printf 'all: $(patsubst %%.c,%%.o,$(wildcard *.c))\\n' >Makefile; chown -R demo .");
    findings.expect(made.status == 0, "the project cannot be made: {}", made.error);
    stage.look("cd " + directory +
               "; (sudo -u demo dolmen spread make -k -j6 >log 2>&1; "
               "echo $? >status) >/dev/null 2>&1 &");
    findings.expect(
        await(stage,
              "test $(ls " + directory +
                  "/*.o 2>/dev/null | wc -l) -ge 4 && dolmen ps | grep cc1 | grep -qw " +
                  victim.node,
              stage.patient(kBuildLimit)),
        "the build does not get going");
    static_cast<void>(stage.cluster().power(victim.machine, "kill"));
    const auto killed = SteadyClock::now();
    findings.expect(await(stage, "grep -q 'Error\\|Killed' " + directory + "/log", kDeathLimit),
                    "make does not tell of the failed targets in time");
    fmt::print("        make told of it after {:.1f} s\n",
               std::chrono::duration<double>(SteadyClock::now() - killed).count());
    findings.expect(await(stage, "test -s " + directory + "/status", stage.patient(kBuildLimit)),
                    "make waits for ever for a dead node");
    const Ran again = stage.look(
        "cd " + directory + " && sudo -u demo dolmen spread make -j6 2>&1; ls *.o | wc -l",
        kBuildLimit);
    findings.expect(
        again.output.size() >= 3 && again.output.substr(again.output.size() - 3) == "24\n",
        "a second make does not complete the build: {}", again.output);
    bring_back(stage, findings, victim);
}

// The node has asked to be told before the file changes, and can not be told any more.
void in_the_way(Stage& stage, Findings& findings) {
    Victim victim;
    if (!find_victim(stage, findings, victim)) {
        return;
    }
    stage.clear();
    const std::string file = std::string(Stage::kDirectory) + "/f";
    const Ran read = stage.look("echo one >" + file + "; chown demo " + file +
                                "; dolmen run --on " + victim.node + " cat " + file + " " + file);
    findings.expect(read.output == "one\none\n", "read: {}{}", read.output, read.error);
    static_cast<void>(stage.cluster().power(victim.machine, "kill"));
    const auto killed = SteadyClock::now();
    const Ran written = stage.look("echo two >" + file + "; cat " + file);
    const double seconds = std::chrono::duration<double>(SteadyClock::now() - killed).count();
    fmt::print("        written after {:.1f} s\n", seconds);
    findings.expect(written.output == "two\n" && SteadyClock::now() - killed < kDeathLimit,
                    "a file that a dead node has read is written after {:.1f} s: {}", seconds,
                    written.output);
    bring_back(stage, findings, victim);
}

void cut_off(Stage& stage, Findings& findings) {
    Victim victim;
    if (!find_victim(stage, findings, victim)) {
        return;
    }
    static_cast<void>(stage.cluster().link(victim.machine, false));
    findings.expect(
        await(stage, "! dolmen nodes | grep -q '\\b" + victim.node + " *up\\b'", kDeathLimit),
        "a node without a network stays up");
    static_cast<void>(stage.cluster().link(victim.machine, true));
    const Result<> joined = wait_for_nodes(stage.cluster(), 2, stage.patient(kRejoinLimit));
    findings.expect(joined.has_value(), "it does not rejoin when the network is back: {}",
                    joined ? "" : joined.error().to_string());
}

// With @delay between the move's begin and the end of the network.
void cut_off_while_moving(Stage& stage, Findings& findings, const char* delay) {
    Victim victim;
    if (!find_victim(stage, findings, victim)) {
        return;
    }
    stage.look(
        "rm -f /tmp/sum /tmp/moved /tmp/ready; (python3 -c '\nimport hashlib,time\n"
        "b=bytes(range(256))*(96<<10); open(\"/tmp/ready\",\"w\").close()\n"
        "time.sleep(20); print(hashlib.md5(b).hexdigest())' >/tmp/sum & echo $! >/tmp/pid)");
    findings.expect(await(stage, "test -e /tmp/ready", stage.patient(Stage::kScriptLimit)),
                    "it does not start");
    const std::string move = "(dolmen migrate --seconds 5 $(cat /tmp/pid) " + victim.node +
                             " 2>&1; echo $?) >/tmp/moved 2>&1 &";
    if (*delay != 0) {
        stage.look(move + " sleep " + delay);
    }
    static_cast<void>(stage.cluster().link(victim.machine, false));
    if (*delay == 0) {
        stage.look(move);
    }
    findings.expect(await(stage, "grep -q '^[0-9]' /tmp/moved", stage.patient(Stage::kScriptLimit)),
                    "the move has no end");
    const std::string told = stage.look("cat /tmp/moved").output;
    fmt::print("        {}", told);
    findings.expect(told.ends_with("1\n"), "the move has not failed: {}", told);
    findings.expect(await(stage, "test -s /tmp/sum", stage.patient(Stage::kScriptLimit)),
                    "it does not go on");
    findings.expect(stage.look("cat /tmp/sum").output ==
                        stage
                            .look("python3 -c 'import hashlib;"
                                  "print(hashlib.md5(bytes(range(256))*(96<<10)).hexdigest())'")
                            .output,
                    "its memory is not what it was");
    static_cast<void>(stage.cluster().link(victim.machine, true));
    const Result<> joined = wait_for_nodes(stage.cluster(), 2, stage.patient(kRejoinLimit));
    findings.expect(joined.has_value(), "{} does not rejoin: {}", victim.machine,
                    joined ? "" : joined.error().to_string());
}

void cut_off_before_a_move(Stage& stage, Findings& findings) {
    cut_off_while_moving(stage, findings, "");
}

void cut_off_in_a_move(Stage& stage, Findings& findings) {
    cut_off_while_moving(stage, findings, "0.3");
}

}  // namespace

std::vector<Scenario> node_death_scenarios() {
    return {
        {"a program on a node that dies ends as if killed, and the node rejoins", 2, lone_program},
        {"ten nodes die and rejoin, one after the other", 2, many_deaths},
        {"a build survives a node that dies in the middle", 2, in_a_build},
        {"a file that a dead node has read can be written", 2, in_the_way},
        {"a node that is cut off is given up, and rejoins", 2, cut_off},
        {"a program goes on at home if the node it shall move to is cut off", 2,
         cut_off_before_a_move},
        {"a program goes on at home if the node it moves to is cut off", 2, cut_off_in_a_move},
    };
}

}  // namespace dolmen::qa
