// SPDX-License-Identifier: GPL-2.0-only
// Signals: in every direction, stop and continue, process groups, time limits.
#include "scenarios/families.hpp"
#include "scenarios/three_ways.hpp"

namespace dolmen::qa {
namespace {

// Waits until the file is there: how the scripts below wait for each other.
constexpr const char* kAwait = "await() { until [ -e $1 ]; do sleep 0.05; done; }; ";

std::string with_await(const std::string& script) {
    return kAwait + script;
}

void kill_from_head(Stage& stage, Findings& findings) {
    stage.clear();
    const std::string node = stage.first_node();
    if (!findings.expect(!node.empty(), "no node is up")) {
        return;
    }
    // One command starts it, another one looks for it and ends it: nothing in common but the pid.
    const Ran ran = stage.look(
        "dolmen run --on " + node +
        " sh -c 'trap \"echo got-term; exit 5\" TERM; echo $$ >/tmp/pid; while :; do sleep 0.1; "
        "done' & until [ -s /tmp/pid ]; do sleep 0.1; done; p=$(cat /tmp/pid); rm /tmp/pid; "
        "dolmen ps --json | grep -q \"\\\"pid\\\": $p\\b\" && echo listed; kill -TERM $p; wait; "
        "echo status $?");
    findings.expect(ran.output.find("listed") != std::string::npos, "not in dolmen ps: {}{}",
                    ran.output, ran.error);
    findings.expect(ran.output.find("got-term") != std::string::npos, "the trap did not run: {}{}",
                    ran.output, ran.error);
}

}  // namespace

// "exec 2>/dev/null": what a shell says of the death of its jobs depends on which of them it hears
// of first, and that is nobody's promise.
std::vector<Scenario> signal_scenarios() {
    std::vector<Scenario> scenarios = three_ways({
        {"a parent ends its child",
         "exec 2>/dev/null; sleep 100 & kill $!; wait $!; echo $?; sleep 100 & kill -9 $!;"
         " wait $!; echo $?"},
        {"a child signals its parent",
         "trap 'echo told' USR1; sh -c 'kill -USR1 $PPID'; echo after"},
        {"a trap runs in the middle of a wait",
         with_await("trap 'echo trapped' USR1; (await ready; kill -USR1 $$) & touch ready; wait; "
                    "wait; echo end")},
        {"a process signals itself", "trap 'echo self' USR2; kill -USR2 $$; echo after"},
        {"an ignored signal is ignored by children too",
         "trap '' TERM; sh -c 'kill -TERM $$; echo alive'"},
        {"a stopped process goes on where it was",
         with_await("sh -c 'echo a >a; kill -STOP $$; echo b >b' & p=$!; await a; "
                    "until ps -o state= -p $p | grep -q T; do sleep 0.05; done; test -e b || echo "
                    "stopped; kill -CONT $p; wait $p; cat b")},
        {"a whole group is signalled",
         "exec 2>/dev/null; setsid sh -c 'sleep 100 & sleep 100 & echo $$ >g; wait' & "
         "until [ -s g ]; do sleep 0.05; done; sleep 0.2; kill -TERM -$(cat g); wait $!; echo $?; "
         "ps -o pid= -g $(cat g) | wc -l; rm g"},
        {"a time limit ends a command",
         "timeout 0.5 sleep 100; echo $?; timeout 20 true; echo $?;"
         " timeout -s KILL 0.5 sleep 100; echo $?"},
        {"an alarm interrupts a wait",
         "python3 -c '\n"
         "import signal,os,time\n"
         "def h(s,f): raise TimeoutError\n"
         "signal.signal(signal.SIGALRM,h)\n"
         "p=os.fork()\n"
         "if p==0: time.sleep(100); os._exit(0)\n"
         "signal.setitimer(signal.ITIMER_REAL,0.3)\n"
         "try: os.waitpid(p,0)\n"
         "except TimeoutError: print(\"interrupted\")\n"
         "os.kill(p,9); print(os.waitpid(p,0)[1])'"},
        {"an alarm goes on through an exec",
         "for i in 1 2 3; do python3 -c '\n"
         "import os,signal\n"
         "signal.alarm(1); os.execv(\"/bin/sleep\",[\"sleep\",\"100\"])'; echo $?; done "
         "2>/dev/null"},
        {"the sender of a signal is known to its receiver",
         "python3 -c '\n"
         "import signal,os\n"
         "signal.pthread_sigmask(signal.SIG_BLOCK,[signal.SIGUSR1])\n"
         "p=os.fork()\n"
         "if p==0: os.kill(os.getppid(),signal.SIGUSR1); os._exit(0)\n"
         "i=signal.sigwaitinfo([signal.SIGUSR1])\n"
         "print(i.si_pid==p, i.si_uid==os.getuid()); os.waitpid(p,0)'"},
        {"a signal or its time ends the wait for a signal",
         "python3 -c '\n"
         "import ctypes,os,signal,time\n"
         "c=ctypes.CDLL(None,use_errno=True)\n"
         "one=(ctypes.c_uint64*16)(1<<signal.SIGUSR1-1); "
         "two=(ctypes.c_uint64*16)(1<<signal.SIGUSR2-"
         "1)\n"
         "limit=(ctypes.c_long*2)(0,300000000)\n"
         "signal.pthread_sigmask(signal.SIG_BLOCK,[signal.SIGUSR1,signal.SIGUSR2])\n"
         "me=os.getpid()\n"
         "for i in range(3):\n"
         "  if os.fork()==0: time.sleep(0.2); os.kill(me,signal.SIGUSR1); os._exit(0)\n"
         "  print(c.sigwaitinfo(one,None)); os.wait()\n"
         "t=time.monotonic(); print(c.sigtimedwait(two,None,limit),ctypes.get_errno())\n"
         "print(0.3<=time.monotonic()-t<2)\n"
         "signal.signal(signal.SIGALRM,lambda s,f: None); "
         "signal.setitimer(signal.ITIMER_REAL,0.2)\n"
         "print(c.sigwaitinfo(two,None),ctypes.get_errno())'"},
        {"waitid tells stop, continuation and end",
         "python3 -c '\n"
         "import signal,os,time\n"
         "p=os.fork()\n"
         "if p==0:\n"
         "  while True: time.sleep(1)\n"
         "os.kill(p,signal.SIGSTOP); r=os.waitid(os.P_PID,p,os.WSTOPPED)\n"
         "print(r.si_code==os.CLD_STOPPED, r.si_status)\n"
         "os.kill(p,signal.SIGCONT); r=os.waitid(os.P_PID,p,os.WCONTINUED)\n"
         "print(r.si_code==os.CLD_CONTINUED)\n"
         "os.kill(p,signal.SIGTERM); r=os.waitid(os.P_PID,p,os.WEXITED)\n"
         "print(r.si_code==os.CLD_KILLED, r.si_status)'"},
        {"an interrupted storm of forks leaves nothing behind",
         with_await("exec 2>/dev/null; setsid bash -c 'trap \"\" CHLD; while :; do /bin/true & "
                    "touch on; done' & p=$!;"
                    " await on; sleep 1; kill -INT -$p; kill -TERM -$p; wait $p; "
                    "until [ -z \"$(ps -o pid= -s $p)\" ]; do sleep 0.1; done; echo clear; rm on")},
    });
    scenarios.push_back(
        {"kill from a shell on the head reaches a program on a node", 1, kill_from_head});
    return scenarios;
}

}  // namespace dolmen::qa
