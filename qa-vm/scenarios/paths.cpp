// SPDX-License-Identifier: GPL-2.0-only
// Paths to what only the head has: /proc, /sys, /dev and mounts that are not exported.
#include "scenarios/families.hpp"
#include "scenarios/three_ways.hpp"

namespace dolmen::qa {
namespace {

// Home can answer for them: none of these has to go there.
void nobody_goes_home(Stage& stage, Findings& findings) {
    const NodeCounts before = stage.counts();
    const Ran ran =
        stage.shell(Way::kNode,
                    "mkdir d; cp /etc/hostname d/h; ls d; mv d/h d/i; rm -r d;"
                    " cat /proc/filesystems /sys/kernel/mm/transparent_hugepage/enabled"
                    " >/dev/null; stat -c %n /dev/shm; readlink /proc/1/cwd || echo no;"
                    " test -e /sys/class/net/lo && echo lo; seq 9 | sort -r | head -n 1");
    const NodeCounts after = stage.counts();
    findings.expect(ran.output == "h\n/dev/shm\nno\nlo\n9\n", "output: {}{}", ran.output,
                    ran.error);
    findings.expect(after.bodies() > before.bodies() || stage.stays_home(), "nothing was placed");
    findings.expect(after.went_home == before.went_home, "{} went home",
                    after.went_home - before.went_home);
}

}  // namespace

std::vector<Scenario> paths_scenarios() {
    std::vector<Scenario> scenarios = three_ways({
        {"what the kernel tells of itself is the head's",
         "head -c 20 /proc/version; cat /proc/sys/kernel/ostype /sys/kernel/mm/ksm/run;"
         " wc -l </proc/filesystems; ls /proc/sys/net/core | md5sum; cat /proc/mounts | md5sum"},
        {"a file of /proc is read from where one wants",
         "python3 -c '\n"
         "f=open(\"/proc/crypto\",\"rb\"); a=f.read(); f.seek(40); b=f.read(30)\n"
         "import os\n"
         "print(b==a[40:70], os.pread(f.fileno(),20,5)==a[5:25], len(f.read())>100)'"},
        {"a process reads about its own memory",
         "python3 -c '\n"
         "import ctypes,mmap,struct\n"
         "m=mmap.mmap(-1,16384,mmap.MAP_PRIVATE|mmap.MAP_ANONYMOUS); m[0:8192]=b\"x\"*8192\n"
         "a=ctypes.addressof(ctypes.c_char.from_buffer(m))\n"
         "f=open(\"/proc/self/pagemap\",\"rb\",0); f.seek(a//4096*8)\n"
         "print([x>>63 for x in struct.unpack(\"4Q\",f.read(32))])\n"
         "print(open(\"/proc/self/smaps\").read().count(\"Rss\")>20)'"},
        {"what does not exist, or may not be read, is told so",
         "cat /proc/none /sys/none /dev/none /proc/1/environ /proc/sys; echo $?;"
         " ls /sys/fs/none; readlink /proc/none; test -e /proc/none || echo none"},
        {"a process is found and read by others",
         "sleep 50 & cat /proc/$!/comm; tr '\\0' ' ' </proc/$!/cmdline; readlink /proc/$!/exe;"
         " grep -c '^PPid' /proc/$!/status; kill $!"},
        {"a file on a mount that only the head has",
         "d=/dev/shm/scenario; rm -rf $d; mkdir $d; echo one >$d/f; cat $d/f; echo two >>$d/f;"
         " wc -c <$d/f; stat -c '%s %F' $d/f $d; sort $d/f; ls $d; rm -r $d; test -e $d || echo "
         "gone"},
        {"a directory is read on, and names are found in it, when the process has gone home",
         "python3 -c '\n"
         "import ctypes,os,socket,struct\n"
         "d=os.open(\"/usr/bin\",os.O_RDONLY); call=ctypes.CDLL(None).syscall\n"
         "buf=ctypes.create_string_buffer(2000); names=[]; rounds=0\n"
         "while True:\n"
         "  n=call(217,d,buf,2000)\n"
         "  if n<=0: break\n"
         "  at=0\n"
         "  while at<n:\n"
         "    size=struct.unpack_from(\"H\",buf,at+16)[0]\n"
         "    names.append(buf.raw[at+19:at+size].split(b\"\\0\")[0]); at+=size\n"
         "  rounds+=1\n"
         "  if rounds==3: s=socket.socket()\n"
         "print(len(names),len(set(names)),rounds>5,b\"bash\" in names)\n"
         "print(os.stat(\"bash\",dir_fd=d).st_size>0,open(os.open(\"ldd\",0,dir_fd=d)).read(9))'"},
        {"what another machine has changed is seen by who has waited for it",
         "for i in 1 2 3 4 5 6; do echo node$i >f; cat f; mkdir d$i; dolmen local sh -c"
         " \"cat f; echo head$i >f; chmod 60$i f; echo x >d$i/x; mv d$i e$i; rm -f g; ln f g\";"
         " cat f g; stat -c '%a %s %h' f; cat e$i/x; test -e d$i || echo moved; done"},
        {"a shell that has waited for another machine's work sees it without a new program",
         "for i in 1 2 3 4; do echo $i >a; test -e a && echo there; dolmen local mv a b;"
         " test -e a || echo moved; read l <b; echo $l; rm b; done"},
        {"who looks for the end of a process of another machine sees what it has done",
         "for i in 1 2 3; do echo $i >a; sh -c 'dolmen local sh -c \"echo \\$\\$ >new; mv new "
         "pid; until [ -e go ]; do sleep 0.1; done; mv a b\" &'; until [ -s pid ]; do sleep 0.05;"
         " done; p=$(cat pid); test -e a && echo there; : >go; while test -d /proc/$p; do :; done;"
         " test -e a || echo moved; cat b; rm b pid go; done"},
        {"a file of /proc that was opened here is written from another machine",
         "sh -c 'exec 3>/proc/$$/oom_score_adj; sh -c \"echo 300 >&3\";"
         " cat /proc/$$/oom_score_adj'"},
        {"what another machine tells through a pipe is true",
         "mkfifo p q; dolmen local sh -c 'for i in 1 2 3 4 5; do read l; echo $l >f; echo done; "
         "done'"
         " <p >q & exec 3>p 4<q; for i in 1 2 3 4 5; do cat f 2>/dev/null; echo $i >&3; read l <&4;"
         " cat f; done; exec 3>&- 4<&-; wait; rm p q"},
        {"devices that are no files",
         "test -c /dev/tty && echo tty; test -p /dev/null || echo no; stat -c '%F %t' /dev/null"
         " /dev/zero /dev/full; head -c 4 /dev/zero | od -An -c; echo x >/dev/full; echo $?"},
    });
    scenarios.push_back(
        {"programs that look at /proc and /sys stay where they are", 1, nobody_goes_home});
    return scenarios;
}

}  // namespace dolmen::qa
