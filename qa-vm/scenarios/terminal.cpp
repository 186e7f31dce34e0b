// SPDX-License-Identifier: GPL-2.0-only
// Job control: shells on a terminal, ^C, ^Z, bg and fg on jobs whose processes are elsewhere.
#include "scenarios/families.hpp"
#include "scenarios/terminal_session.hpp"

namespace dolmen::qa {
namespace {

// What the screen must show is computed by the shell, so that the echo of what was typed is not
// taken for it.
struct Step {
    const char* keys;
    const char* awaited;
};

void play(Stage& stage, Findings& findings, Way way, const std::string& shell,
          const std::vector<Step>& steps) {
    stage.clear();
    Request request = stage.request(way, "exec " + shell);
    request.environment["PS1"] = "$((40+2))> ";
    auto session = TerminalSession::open(stage.cluster(), request);
    if (!findings.expect(session.has_value(), "no terminal")) {
        return;
    }
    Result<> ok = session->await("42> ");
    for (const Step& step : steps) {
        if (!ok) {
            break;
        }
        ok = session->type(step.keys);
        if (ok) {
            ok = session->await(step.awaited);
        }
    }
    if (!findings.expect(ok.has_value(), "{} under {}: {}\n--- screen\n{}", shell, to_string(way),
                         ok ? "" : ok.error().to_string(), session->screen())) {
        return;
    }
    ok = session->type("exit 9\r");
    const Result<int> status = session->end();
    findings.expect(status && *status == 9, "{} under {}: status {}\n--- screen\n{}", shell,
                    to_string(way), status ? *status : -1, session->screen());
}

Scenario on_terminal(const std::string& promise, const std::string& shell,
                     const std::vector<Step>& steps) {
    return {promise + " (" + shell + ")", 1, [shell, steps](Stage& stage, Findings& findings) {
                for (const Way way : {Way::kLocal, Way::kNode, Way::kSpread}) {
                    play(stage, findings, way, shell, steps);
                }
            }};
}

}  // namespace

std::vector<Scenario> terminal_scenarios() {
    // A ^C between two commands of a script is lost on any machine: dash forgets it when it forks.
    // So what says that the keys may be typed says so beside the command that waits for them.
    std::vector<Scenario> scenarios;
    for (const std::string shell : {"bash --norc --noprofile", "dash"}) {
        scenarios.push_back(
            on_terminal("^C ends the job, not the shell", shell,
                        {{"sh -c '(sleep 0.3; echo run$((1+1))) & sleep 100'\r", "run2"},
                         {"\x03", "42> "},
                         {"echo status $?\r", "status 130"}}));
        scenarios.push_back(
            on_terminal("^Z stops the job, fg continues it", shell,
                        {{"sh -c 'echo run$((1+1)); read l; echo got-$l'\r", "run2"},
                         {"\x1a", "42> "},
                         {"jobs\r", "got-"},
                         {"fg\r", "got-"},
                         {"word\r", "got-word"}}));
        scenarios.push_back(on_terminal("a stopped job goes on in the background", shell,
                                        {{"sh -c 'echo run$((1+1)); exec sleep 2'\r", "run2"},
                                         {"\x1a", "42> "},
                                         {"bg\r", "42> "},
                                         {"wait; echo all$((3+3))\r", "all6"}}));
        scenarios.push_back(
            on_terminal("a pipeline is one job", shell,
                        {{"{ (sleep 0.3; echo go$((1+1))) & sleep 100; } | cat | cat\r", "go2"},
                         {"\x03", "42> "},
                         {"echo next$((1+1))\r", "next2"}}));
        scenarios.push_back(on_terminal("the terminal's size and name are known", shell,
                                        {{"stty size; tty\r", "24 80"}, {"\r", "/dev/pts/"}}));
    }
    return scenarios;
}

}  // namespace dolmen::qa
