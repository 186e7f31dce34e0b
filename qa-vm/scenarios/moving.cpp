// SPDX-License-Identifier: GPL-2.0-only
// Programs that are moved while they run, from head to node to node and back, until they
// end: what they say and do is what they say and do unmoved.
#include <fmt/core.h>

#include <span>

#include "scenarios/families.hpp"

namespace dolmen::qa {
namespace {

constexpr std::chrono::milliseconds kLimit{240000};

struct Wanderer {
    const char* promise;
    // Starts a program in the background, calls "wander PID" for it, and waits for its end.
    // $mover is dolmen, or does nothing.
    const char* script;
    long moves = 3;  // to a node, at the least
};

constexpr const char* kStays = "mover=:; wander() { :; }; ";
// Until it has ended. Between two moves it has some time to get on.
constexpr const char* kWanders =
    "mover=dolmen; wander() { (while kill -0 $1; do for n in node1 node2; do dolmen migrate $1 $n; "
    "sleep 0.2;"
    " done;"
    " dolmen home $1; sleep 0.2; done) >/tmp/moves 2>&1 & }; ";

void compare(const Wanderer& wanderer, Stage& stage, Findings& findings) {
    const std::string script = std::string(wanderer.script) + "; echo $?";
    const Ran stayed = stage.shell(Way::kLocal, kStays + script, kLimit);
    findings.expect(!stayed.timed_out && stayed.output.ends_with("\n"), "unmoved: {}{}",
                    stayed.output, stayed.error);
    const long before = stage.moves();
    const Ran wandered = stage.shell(Way::kLocal, kWanders + script, kLimit);
    const long moved = stage.moves() - before;
    fmt::print("        moved to a node {} times\n", moved);
    findings.expect(wandered.status == stayed.status && wandered.output == stayed.output &&
                        wandered.error == stayed.error && wandered.files == stayed.files,
                    "unmoved: status {}\n{}{}{}moved: status {}\n{}{}{}{}", stayed.status,
                    stayed.output, stayed.error, stayed.files, wandered.status, wandered.output,
                    wandered.error, wandered.files, stage.look("tail -n 5 /tmp/moves").output);
    findings.expect(moved >= wanderer.moves || stage.stays_home(), "it has moved {} times: {}",
                    moved, stage.look("tail -n 5 /tmp/moves").output);
}

constexpr Wanderer kWanderers[] = {
    {"a program that computes with floating point is moved",
     "python3 -c '\nimport math\nx=0.5\nfor i in range(400000): x=math.sin(x*3.7)+math.sqrt(i)%1\n"
     "print(repr(x))' & p=$!; wander $p; wait $p"},
    {"a program that waits for a pipe with a time limit is moved",
     "python3 -c '\nimport ctypes,os,struct,time\nc=ctypes.CDLL(None); r,w=os.pipe()\n"
     "f=struct.pack(\"ihh\",r,1,0); t=time.monotonic(); n=c.poll(f,1,6000)\n"
     "d=time.monotonic()-t; print(n,6<=d<8)' & p=$!; wander $p; wait $p"},
    {"a program that waits for an epoll set with a time limit is moved",
     "python3 -c '\nimport os,select,time\nr,w=os.pipe(); e=select.epoll()\n"
     "e.register(r,select.EPOLLIN); t=time.monotonic(); n=e.poll(6); d=time.monotonic()-t\n"
     "print(n,6<=d<8); os.write(w,b\"x\"); print([m for f,m in e.poll(6) if f==r])' & p=$!;"
     " wander $p; wait $p"},
    {"a program that waits for its child is moved",
     "python3 -c '\nimport os,time\nfor i in range(4):\n  p=os.fork()\n  if p==0:\n"
     "    time.sleep(1.5); os._exit(i)\n  print(os.waitpid(p,0)[1]>>8,flush=True)' & p=$!; wander "
     "$p;"
     " wait $p"},
    {"a program in a storm of signals is moved: none is lost, none comes twice, all in order",
     "cat >storm.c <<'E'\n#include <signal.h>\n#include <stdio.h>\n#include <string.h>\n"
     "static volatile int n, wrong;\n"
     "static void h(int s, siginfo_t *i, void *c) { wrong += i->si_value.sival_int != n; n++; }\n"
     "int main(void) { struct sigaction a; sigset_t all, none; memset(&a, 0, sizeof a);\n"
     "a.sa_sigaction = h; a.sa_flags = SA_SIGINFO; sigaction(SIGRTMIN, &a, 0); "
     "sigemptyset(&none);\n"
     "sigfillset(&all); sigprocmask(SIG_BLOCK, &all, 0); fclose(fopen(\"ready\", \"w\"));\n"
     "while (n < 600) sigsuspend(&none); printf(\"%d %d\\n\", n, wrong); return 0; }\nE\n"
     "gcc -o storm storm.c; ./storm & p=$!; until [ -e ready ]; do sleep 0.05; done; wander $p;"
     " python3 -c '\nimport ctypes,signal,sys,time\nc=ctypes.CDLL(None)\nfor i in range(600):\n"
     "  while c.sigqueue(int(sys.argv[1]),int(signal.SIGRTMIN),ctypes.c_void_p(i)): "
     "time.sleep(0.1)\n"
     "  time.sleep(0.01)' $p; wait $p; echo $?; rm ready storm storm.c"},
    {"a signal and a move at the same moment: the call that waits ends with EINTR, as it should",
     "cat >ends.c <<'E'\n#include <errno.h>\n#include <signal.h>\n#include <stdio.h>\n"
     "#include <string.h>\n#include <unistd.h>\nstatic void h(int s) { }\n"
     "int main(void) { struct sigaction a; int n, e; memset(&a, 0, sizeof a); a.sa_handler = h;\n"
     "sigaction(SIGALRM, &a, 0); for (n = 0; n < 40; n++) { FILE *f = fopen(\"at.new\", \"w\");\n"
     "fprintf(f, \"%d\\n\", n); fclose(f); rename(\"at.new\", \"at\"); e = pause();\n"
     "if (e != -1 || errno != EINTR) printf(\"%d %d\\n\", e, errno); }\n"
     "puts(\"all\"); return 0; }\nE\n"
     "gcc -o ends ends.c; ./ends & p=$!; for n in $(seq 0 39); do"
     " until [ \"$(cat at 2>/dev/null)\" = $n ]; do sleep 0.05; done; sleep 0.3;"
     " case $((n % 4)) in 0) t='migrate PID node1' ;; 2) t='migrate PID node2' ;; *) t='home PID' "
     ";;"
     " esac; $mover ${t%PID*} $p ${t#*PID} >>/tmp/moves 2>&1 & sleep 0.0$((n * 7 % 10)); kill "
     "-ALRM $p;"
     " done; wait $p; echo $?; rm ends ends.c at",
     8},
};

// Longer ones.
constexpr Wanderer kPrograms[] = {
    {"a program with 24 MB of memory is moved",
     "python3 -c '\nimport hashlib,random\nr=random.Random(7); b=bytearray(r.randbytes(24<<20))\n"
     "for n in range(1,6):\n  for i in range(0,len(b),4096): b[i]=(b[i]*5+n)&255\n"
     "  print(hashlib.md5(b).hexdigest(),flush=True)' & p=$!; wander $p; wait $p"},
    {"a shell script with children of its own is moved",
     "bash -c 'n=0; for i in $(seq 60); do n=$((n+$(expr $i + 1))); done; echo $n' & p=$!;"
     " wander $p; wait $p"},
    {"a program in the middle of a pipeline is moved",
     "seq 400000 | (exec awk '{ s+=$1; if (NR%1000==0) print s }') >sums & p=$!; wander $p;"
     " wait $p; echo $?; md5sum <sums"},
    {"a program that sorts a large file is moved",
     "seq 300000 | awk '{ print ($1*7919)%300007 }' >in; sort -n -S 8M -o out in & p=$!; wander $p;"
     " wait $p; echo $?; md5sum <out; rm in"},
    {"a compiler is moved",
     "{ for i in $(seq 150); do echo \"int f$i(int a) { int s=0; for (int i=0;i<a;i++) s+=i*$i;"
     " return s; }\"; done; } >big.c; $(gcc -print-prog-name=cc1) -quiet -O2 big.c -o big.s & p=$!;"
     " wander $p; wait $p"},
    {"a program that sleeps is moved, and sleeps as long as it should",
     "python3 -c '\nimport time\nt=time.monotonic(); time.sleep(6); d=time.monotonic()-t\n"
     "print(6<=d<8)' & p=$!; wander $p; wait $p"},
    {"a program that waits for a futex with a time limit is moved",
     "python3 -c '\nimport ctypes,time\nc=ctypes.CDLL(None,use_errno=True); f=ctypes.c_int(3)\n"
     "s=(ctypes.c_long*2)(6,0); t=time.monotonic()\n"
     "n=c.syscall(202,ctypes.byref(f),128,3,s,None,0); d=time.monotonic()-t\n"
     "print(n,ctypes.get_errno(),6<=d<8)' & p=$!; wander $p; wait $p"},
    {"a program with an event loop is moved",
     "python3 -c '\nimport asyncio,time\nasync def tick(n):\n  for i in range(20):\n"
     "    await asyncio.sleep(0.05*n)\n  return n\nasync def all():\n"
     "  t=time.monotonic(); print(await asyncio.gather(*(tick(n) for n in range(1,7))))\n"
     "  print(6<=time.monotonic()-t<16)\nasyncio.run(all())' & p=$!; wander $p; wait $p"},
    {"a program with eventfd, timerfd and signalfd is moved",
     "cat >fds.c <<'E'\n#include <poll.h>\n#include <signal.h>\n#include <stdint.h>\n"
     "#include <stdio.h>\n#include <sys/eventfd.h>\n#include <sys/signalfd.h>\n"
     "#include <sys/timerfd.h>\n#include <unistd.h>\n"
     "int main(void) { struct itimerspec t = {{0, 100000000}, {0, 100000000}}; sigset_t s; int i;\n"
     "uint64_t n, ticks = 0, sum = 0; struct signalfd_siginfo g; sigemptyset(&s);\n"
     "sigaddset(&s, SIGUSR1); sigprocmask(SIG_BLOCK, &s, 0); int e = eventfd(5, 0);\n"
     "int f = timerfd_create(CLOCK_MONOTONIC, 0), q = signalfd(-1, &s, SFD_NONBLOCK);\n"
     "timerfd_settime(f, 0, &t, 0); struct pollfd p = {f, POLLIN, 0};\n"
     "while (ticks < 60) { poll(&p, 1, -1); if (read(f, &n, 8) != 8) return 1; ticks += n;\n"
     "n = 1; if (write(e, &n, 8) != 8 || read(e, &n, 8) != 8) return 2; sum += n;\n"
     "kill(getpid(), SIGUSR1); for (i = 0; read(q, &g, sizeof g) != sizeof g; i++) {\n"
     "if (i == 1000) return 3; usleep(1000); } if (g.ssi_signo != SIGUSR1) return 4; }\n"
     "printf(\"%d\\n\", sum >= 6); return 0; }\nE\n"
     "gcc -o fds fds.c; ./fds & p=$!; wander $p; wait $p; echo $?; rm fds fds.c"},
    {"a program with an interval timer is moved",
     "python3 -c '\nimport signal,time\nn=0\ndef h(s,f):\n  global n; n+=1\n"
     "signal.signal(signal.SIGALRM,h); signal.setitimer(signal.ITIMER_REAL,0.25,0.25)\n"
     "t=time.monotonic()\nwhile n<24: signal.pause()\n"
     "signal.setitimer(signal.ITIMER_REAL,0)\nprint(5<=time.monotonic()-t<60)' & p=$!;"
     " wander $p; wait $p"},
};

std::vector<Scenario> scenarios_of(std::span<const Wanderer> wanderers) {
    std::vector<Scenario> scenarios;
    for (const Wanderer& wanderer : wanderers) {
        scenarios.push_back({wanderer.promise, 2, [&wanderer](Stage& stage, Findings& findings) {
                                 compare(wanderer, stage, findings);
                             }});
    }
    return scenarios;
}

// It has never been away, and says what keeps it.
void refused(Stage& stage, Findings& findings, const char* python, const char* words) {
    const Ran ran = stage.shell(
        Way::kLocal, fmt::format("python3 -c '\nimport time,os,select,threading\n{}\n"
                                 "open(\"ready\",\"w\").close()\n"
                                 "while not os.path.exists(\"go\"): time.sleep(0.05)\nprint(7)' &"
                                 " p=$!; until [ -e ready ]; do sleep 0.05; done;"
                                 " dolmen migrate --seconds 2 $p node1; echo $?; touch go; wait $p;"
                                 " echo $?; rm ready go",
                                 python));
    findings.expect(ran.output == "1\n7\n0\n", "status {}: {}", ran.status, ran.output);
    findings.expect(ran.error.find(words) != std::string::npos, "no word of {}: {}", words,
                    ran.error);
}

// What is said of a program that began at home, was moved, and came back.
void told_why(Stage& stage, Findings& findings) {
    const Ran ran = stage.shell(
        Way::kLocal,
        "python3 -c '\nimport hashlib,time,os\nb=bytes(range(256))*(96<<10)\n"
        "open(\"ready\",\"w\").close()\nwhile not os.path.exists(\"go\"): time.sleep(0.05)\n"
        "print(hashlib.md5(b).hexdigest())' >sum & p=$!; until [ -e ready ]; do sleep 0.05; done;"
        " why() { dolmen why $p | sed \"s/$p/PID/\"; }; why; dolmen migrate $p node1; why;"
        " awk '/^Rss/ { print ($2 < 2000) }' /proc/$p/smaps_rollup; dolmen home $p; why; touch go;"
        " wait $p; cat sum; rm sum ready go; dolmen why $p 2>&1 | sed \"s/$p/PID/\"");
    std::string head = stage.look("hostname").output;
    head = head.substr(0, head.find('\n'));
    const auto told = [](const std::string& where, const char* why) {
        return fmt::format("PID (python3) runs on {}.\n  why there: {}\n  can it move: yes\n",
                           where, why);
    };
    const std::string wanted =
        told(head, "it began there, where its parent was") + told("node1", "it was moved there") +
        "1\n" + told(head, "it was called home") +
        "1f0dbc30eb9f20bcc84abfd6c67391ce\ndolmen: process PID: No such process\n";
    findings.expect(ran.output == wanted, "wanted:\n{}got:\n{}{}", wanted, ran.output, ran.error);
}

// Some calls answer EINTR to any interruption: who waits in one is not even interrupted.
void waits_at_home(Stage& stage, Findings& findings) {
    const Ran ran = stage.shell(
        Way::kLocal,
        "python3 -c '\nimport ctypes,struct\nc=ctypes.CDLL(None); s=c.semget(0,1,0o1600)\n"
        "open(\"s\",\"w\").write(str(s)); print(c.semop(s,struct.pack(\"3h\",0,-1,0),1))' & p=$!;"
        " until grep -qs '^220 ' /proc/$p/syscall; do sleep 0.05; done;"
        " dolmen migrate --seconds 2 $p node1; echo $?;"
        " python3 -c 'import ctypes;ctypes.CDLL(None).semctl('$(cat s)',0,16,1)'; wait $p; echo $?;"
        " ipcrm -s $(cat s); rm s");
    findings.expect(ran.output == "1\n0\n0\n", "status {}: {}", ran.status, ran.output);
    findings.expect(ran.error.find("it waits in semtimedop") != std::string::npos, "said: {}",
                    ran.error);
}

// It stays, and is not even interrupted: its calls have other numbers than those we know. Built
// by the assembler alone, as there is no 32-bit library.
void is_32_bit(Stage& stage, Findings& findings) {
    const Ran ran = stage.shell(
        Way::kLocal,
        "cat >old.s <<'E'\n.globl _start\n_start: mov $162, %eax; mov $pause, %ebx; xor %ecx, "
        "%ecx\n"
        "int $0x80; test %eax, %eax; jne end\n"
        "mov $33, %eax; mov $go, %ebx; xor %ecx, %ecx; int $0x80; test %eax, %eax; jne _start\n"
        "mov $-7, %eax\nend: neg %eax; mov %eax, %ebx; mov $1, %eax; int $0x80\n"
        ".data\npause: .long 0, 500000000\ngo: .asciz \"go\"\nE\n"
        "as --32 -o old.o old.s && ld -m elf_i386 -o old old.o || exit 9; ./old & p=$!;"
        " until grep -qs '^162 ' /proc/$p/syscall; do sleep 0.05; done;"
        " dolmen migrate --seconds 2 $p node1; echo $?; touch go; wait $p; echo $?;"
        " rm old old.o old.s go");
    findings.expect(ran.output == "1\n7\n", "status {}: {}{}", ran.status, ran.output, ran.error);
    findings.expect(ran.error.find("32-bit") != std::string::npos, "said: {}", ran.error);
}

// The image is nearly complete when its directory turns out to be none that nodes have.
void fails_late(Stage& stage, Findings& findings) {
    const Ran ran = stage.shell(
        Way::kLocal,
        "d=$PWD; cd /dev/shm; python3 -c '\nimport signal,time\nn=0\ndef h(s,f):\n  global n; "
        "n+=1\nsignal.signal(signal.SIGALRM,h); t=time.monotonic()\n"
        "signal.setitimer(signal.ITIMER_REAL,0.5,0.5)\nwhile n<12: signal.pause()\n"
        "print(6<=time.monotonic()-t<8)' >$d/timer & p=$!; python3 -c '\nimport "
        "ctypes,struct,os,time\n"
        "c=ctypes.CDLL(None); r,w=os.pipe(); f=struct.pack(\"ihh\",r,1,0); t=time.monotonic()\n"
        "n=c.poll(f,1,6000); print(n,6<=time.monotonic()-t<8)' >$d/poll & q=$!;"
        " until grep -qs '^7 ' /proc/$q/syscall && grep -qs '^34 ' /proc/$p/syscall; do"
        " sleep 0.05; done;"
        " for i in 1 2 3 4 5; do dolmen migrate $p $q node1; echo $?; done; wait $p $q;"
        " cd $d; cat timer poll; rm timer poll");
    findings.expect(ran.output == "1\n1\n1\n1\n1\nTrue\n0 True\n", "status {}: {}", ran.status,
                    ran.output);
    findings.expect(ran.error.find("not on the shared root") != std::string::npos, "said: {}",
                    ran.error);
}

// Everything goes on elsewhere; then the node takes programs again.
void drained(Stage& stage, Findings& findings) {
    const Ran ran =
        stage.shell(Way::kSpread,
                    "p=''; for i in 1 2 3 4; do dolmen run --on node1 python3 -c '\nimport time\n"
                    "open(\"ready'$i'\",\"w\").close()\nfor i in range(100): time.sleep(0.1)' &"
                    " p=\"$p $!\"; done; for i in 1 2 3 4; do until [ -e ready$i ]; do sleep 0.1;"
                    " done; done; rm ready*; sudo dolmen drain --seconds 60 node1; echo $?;"
                    " dolmen ps | grep -c '[ ]node1 '; for q in $p; do wait $q; echo $?; done;"
                    " sudo dolmen undrain node1; echo $?; sleep 2;"
                    " dolmen run --on node1 hostname >/dev/null; echo $?",
                    kLimit);
    findings.expect(ran.output == "0\n0\n0\n0\n0\n0\n0\n0\n", "{}{}", ran.output, ran.error);
}

}  // namespace

std::vector<Scenario> moving_programs_scenarios() {
    return scenarios_of(kPrograms);
}

std::vector<Scenario> moving_scenarios() {
    std::vector<Scenario> scenarios = scenarios_of(kWanderers);
    const auto refusal = [&](const char* promise, const char* python, const char* words) {
        scenarios.push_back({promise, 1, [=](Stage& stage, Findings& findings) {
                                 refused(stage, findings, python, words);
                             }});
    };
    refusal("a program that shares its epoll set is not moved, is told why, and goes on",
            "e=select.epoll()\nif os.fork()==0:\n  while not os.path.exists(\"go\"):\n"
            "    time.sleep(0.05)\n  os._exit(0)",
            "epoll");
    refusal("a program with threads is not moved, is told why, and goes on",
            "threading.Thread(target=time.sleep,args=(9,),daemon=True).start()", "threads");
    scenarios.push_back(
        {"it is told where a program runs, why there, and that it can move", 1, told_why});
    scenarios.push_back(
        {"a program that waits in a call of the head's is left in peace, and goes on", 1,
         waits_at_home});
    scenarios.push_back(
        {"a 32-bit program is not moved, is told why, and goes on uninterrupted", 1, is_32_bit});
    scenarios.push_back(
        {"a move that fails late leaves a program's timers and waits as they were", 1, fails_late});
    scenarios.push_back({"a node is drained: what runs there goes on elsewhere", 2, drained});
    return scenarios;
}

}  // namespace dolmen::qa
