// SPDX-License-Identifier: GPL-2.0-only
// Programs that start others by their own means: vfork, posix_spawn, pipes that close at exec.
#include "scenarios/families.hpp"
#include "scenarios/three_ways.hpp"

namespace dolmen::qa {

std::vector<Scenario> spawn_scenarios() {
    return three_ways({
        {"python's subprocess tells of a program that does not exist",
         "python3 -c '\n"
         "import subprocess\n"
         "try: subprocess.run([\"/no/such/program\"])\n"
         "except FileNotFoundError as e: print(e.errno, e.filename)'"},
        {"python's subprocess runs, feeds and reads",
         "python3 -c '\n"
         "import subprocess\n"
         "r=subprocess.run([\"tr\",\"a-z\",\"A-Z\"],input=b\"hello\",stdout=subprocess.PIPE)\n"
         "print(r.returncode,r.stdout)\n"
         "print(subprocess.check_output([\"sh\",\"-c\",\"echo out; exit 0\"]))\n"
         "print(subprocess.call([\"sh\",\"-c\",\"exit 9\"]))'"},
        {"python's subprocess talks with several at once",
         "python3 -c '\n"
         "import subprocess\n"
         "ps=[subprocess.Popen([\"cat\"],stdin=subprocess.PIPE,stdout=subprocess.PIPE) for i in "
         "range(4)]\n"
         "for i,p in enumerate(ps): print(p.communicate(str(i).encode()*1000)[0][-1:],p.wait())'"},
        {"a time limit in python's subprocess",
         "python3 -c '\n"
         "import subprocess\n"
         "try: subprocess.run([\"sleep\",\"100\"],timeout=0.5)\n"
         "except subprocess.TimeoutExpired: print(\"expired\")'"},
        {"posix_spawn with file actions",
         "python3 -c '\n"
         "import os\n"
         "p=os.posix_spawn(\"/bin/sh\",[\"sh\",\"-c\",\"echo spawned; exit 6\"],os.environ,"
         "file_actions=[(os.POSIX_SPAWN_OPEN,1,\"o\",os.O_WRONLY|os.O_CREAT,0o644)])\n"
         "print(os.WEXITSTATUS(os.waitpid(p,0)[1]),open(\"o\").read())'"},
        {"a pool of worker processes",
         "python3 -c '\n"
         "import os\n"
         "r,w=os.pipe()\n"
         "for i in range(6):\n"
         "  if os.fork()==0:\n"
         "    os.close(r); os.write(w,b\"%d \"%(i*i)); os._exit(i)\n"
         "os.close(w); d=b\"\"\n"
         "while True:\n"
         "  c=os.read(r,100)\n"
         "  if not c: break\n"
         "  d+=c\n"
         "print(sorted(d.split())); print(sorted(os.WEXITSTATUS(os.wait()[1]) for i in "
         "range(6)))'"},
        {"a program that is killed on its way ends as killed",
         "python3 -c '\n"
         "import os,time\n"
         "ends=set()\n"
         "for i in range(60):\n"
         "  p=os.fork()\n"
         "  if p==0:\n"
         "    if i%3: os.execvp(\"sleep\",[\"sleep\",\"100\"])\n"
         "    os.execvp(\"dolmen\",[\"dolmen\",\"spread\",\"sleep\",\"100\"])\n"
         "  time.sleep(i%30*0.005); os.kill(p,(9,15)[i%2]); ends.add(os.waitpid(p,0)[1])\n"
         "print(sorted(ends))'"},
        {"a threaded program runs",
         "python3 -c '\n"
         "import threading\n"
         "l=[]\n"
         "ts=[threading.Thread(target=l.append,args=(i,)) for i in range(4)]\n"
         "[t.start() for t in ts]; [t.join() for t in ts]; print(sorted(l))'"},
        {"a socket pair between parent and child",
         "python3 -c '\n"
         "import socket,os\n"
         "a,b=socket.socketpair()\n"
         "if os.fork()==0: b.sendall(b\"over\"); os._exit(0)\n"
         "print(a.recv(10)); os.wait()'"},
        {"a locked file is locked for others",
         "flock f sh -c 'flock -n f true; echo $?'; flock -n f echo free"},
        {"poll and select wait for pipes",
         "python3 -c '\n"
         "import os,select,time\n"
         "r,w=os.pipe()\n"
         "print(select.select([r],[],[],0.1)[0])\n"
         "if os.fork()==0: time.sleep(0.2); os.write(w,b\"x\"); os._exit(0)\n"
         "p=select.poll(); p.register(r,select.POLLIN); print(len(p.poll(10000))); os.wait()\n"
         "e=select.epoll(); e.register(r,select.EPOLLIN); print(len(e.poll(10)))'"},
        {"shared memory between parent and child",
         "python3 -c '\n"
         "import mmap,os\n"
         "m=mmap.mmap(-1,4096)\n"
         "if os.fork()==0: m[0:4]=b\"data\"; os._exit(0)\n"
         "os.wait(); print(m[0:4])'"},
    });
}

}  // namespace dolmen::qa
