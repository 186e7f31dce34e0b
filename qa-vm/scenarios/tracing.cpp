// SPDX-License-Identifier: GPL-2.0-only
// Somebody traces a program that runs on a node: it comes home, whatever it waits for.
#include "scenarios/families.hpp"
#include "scenarios/three_ways.hpp"

namespace dolmen::qa {
namespace {

// A tracer that joins process $1, sees it stop and lets it go on. 20 s are for ever.
constexpr const char* kTracer =
    "cat >tracer <<'E'\n"
    "import ctypes,os,signal,sys\n"
    "trace=ctypes.CDLL(None,use_errno=True).ptrace\n"
    "p=int(sys.argv[1]); signal.alarm(20)\n"
    "SEIZE,INTERRUPT,DETACH,WALL=0x4206,0x4207,17,0x40000000\n"
    "print(trace(SEIZE,p,0,0),trace(INTERRUPT,p,0,0),os.WIFSTOPPED(os.waitpid(p,WALL)[1]),\n"
    "      trace(DETACH,p,0,0))\n"
    "E\n"
    "await() { until [ -e $1 ]; do sleep 0.05; done; }; ";

// `python` waits until the file "go" is there, by some means of its own, and ends with status 4.
Script joined(const std::string& promise, const std::string& python) {
    return {promise, kTracer + ("python3 -c '\nimport os,signal,time\n" + python) +
                         "\nos._exit(4)' >told & p=$!; await ready; sleep 0.3;"
                         " python3 tracer $p; touch go; wait $p; echo $?; cat told;"
                         " rm -f ready go tracer told"};
}

}  // namespace

std::vector<Scenario> tracing_scenarios() {
    return three_ways({
        joined("a tracer joins a program that waits for its child",
               "p=os.fork()\n"
               "if p==0:\n"
               "  open(\"ready\",\"w\").close()\n"
               "  while not os.path.exists(\"go\"): time.sleep(0.05)\n"
               "  os._exit(3)\n"
               "print(os.WEXITSTATUS(os.waitpid(p,0)[1]),flush=True)"),
        joined("a tracer joins a program that waits for a signal",
               "signal.pthread_sigmask(signal.SIG_BLOCK,[signal.SIGUSR1])\n"
               "me=os.getpid()\n"
               "if os.fork()==0:\n"
               "  open(\"ready\",\"w\").close()\n"
               "  while not os.path.exists(\"go\"): time.sleep(0.05)\n"
               "  os.kill(me,signal.SIGUSR1); os._exit(3)\n"
               "print(signal.sigwaitinfo([signal.SIGUSR1]).si_signo==signal.SIGUSR1,flush=True)"),
        joined("a tracer joins a program that reads from a pipe",
               "r,w=os.pipe()\n"
               "if os.fork()==0:\n"
               "  open(\"ready\",\"w\").close()\n"
               "  while not os.path.exists(\"go\"): time.sleep(0.05)\n"
               "  os.write(w,b\"x\"); os._exit(3)\n"
               "print(os.read(r,9),flush=True)"),
        joined("a tracer joins a program that sleeps",
               "open(\"ready\",\"w\").close(); time.sleep(2)\n"
               "while not os.path.exists(\"go\"): time.sleep(0.05)"),
        joined("a tracer joins a program that sleeps, and it sleeps to its end",
               "import ctypes\n"
               "c=ctypes.CDLL(None); open(\"ready\",\"w\").close(); t=time.monotonic()\n"
               "print(c.sleep(3),3<=time.monotonic()-t<5,flush=True)\n"
               "while not os.path.exists(\"go\"): time.sleep(0.05)"),
        joined("a tracer joins a program that polls, and it polls to its end",
               "import ctypes,struct\n"
               "c=ctypes.CDLL(None); r,w=os.pipe(); fds=struct.pack(\"ihh\",r,1,0)\n"
               "open(\"ready\",\"w\").close(); t=time.monotonic()\n"
               "print(c.poll(fds,1,3000),3<=time.monotonic()-t<5,flush=True)\n"
               "while not os.path.exists(\"go\"): time.sleep(0.05)"),
        joined("a tracer joins a program that computes",
               "open(\"ready\",\"w\").close()\n"
               "end=time.monotonic()+3\n"
               "while time.monotonic()<end: pass"),
        {"strace sees what a program does from its start",
         "strace -f -o t -e trace=execve,exit_group sh -c '/bin/true; exec /bin/false'; echo $?;"
         " grep -c execve t; grep -o 'exit_group([01])' t; rm t"},
        {"strace joins a program and sees it end",
         "sh -c 'touch ready; until [ -e go ]; do sleep 0.05; done; exit 5' & p=$!;"
         " until [ -e ready ]; do sleep 0.05; done; strace -o t -p $p 2>/dev/null & s=$!;"
         " until [ -s t ]; do sleep 0.05; done; touch go; wait $p; echo $?; wait $s;"
         " grep -o 'exit_group(5)' t; rm -f t ready go"},
    });
}

}  // namespace dolmen::qa
