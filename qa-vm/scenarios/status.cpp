// SPDX-License-Identifier: GPL-2.0-only
// How processes end: exit statuses, deaths by signal, commands that cannot be executed.
#include "scenarios/families.hpp"
#include "scenarios/three_ways.hpp"

namespace dolmen::qa {

std::vector<Scenario> status_scenarios() {
    return three_ways({
        {"true and false", "/bin/true; echo $?; /bin/false; echo $?"},
        {"an exit status reaches the caller", "exit 7"},
        {"every exit status of a child reaches its parent",
         "for i in 0 1 2 126 127 128 255; do sh -c \"exit $i\"; echo $?; done"},
        {"a death by signal is told as such",
         "for s in TERM KILL INT HUP SEGV USR1 PIPE ALRM; do"
         " sh -c \"ulimit -c 0; kill -$s \\$\\$\" 2>/dev/null; echo $s $?; done"},
        {"a death by signal of the command itself", "kill -TERM $$"},
        {"an abort is told as such", "ulimit -c 0; python3 -c 'import os; os.abort()'; echo $?"},
        {"a crash leaves a core file",
         "ulimit -c unlimited; sh -c 'kill -QUIT $$'; echo $?; file core | grep -o 'core file.*sh';"
         " rm core"},
        {"a program that does not exist", "/no/such/program; echo $?; nosuchcommand; echo $?"},
        {"a file that is not executable", "echo true >plain; ./plain; echo $?; rm plain"},
        {"a script with an interpreter line",
         "printf '#!/bin/sh\\necho script $0 $*\\nexit 5\\n' >s; chmod +x s; ./s a 'b c'; echo $?"},
        {"a script whose interpreter does not exist",
         "printf '#!/no/interpreter\\n' >s; chmod +x s; ./s; echo $?"},
        {"arguments and environment arrive as they are",
         "A='x y' B= /usr/bin/env | grep '^[AB]=' | sort; printf '%s|' '' \"a'b\" '$c' '\n'"},
        {"exec keeps the process id",
         "sh -c 'echo $$ >a; exec sh -c \"echo \\$\\$ >b\"';"
         " cmp a b && echo same; rm a b"},
        {"the working directory and its changes stay with the process",
         "mkdir d; cd d; pwd; (cd /usr; pwd; /bin/pwd); /bin/pwd"},
        {"the file mode mask is inherited", "umask 027; touch f; stat -c %a f; sh -c umask"},
        {"limits are inherited",
         "ulimit -n 77; sh -c 'ulimit -n'; ulimit -t 99; sh -c 'ulimit -t'"},
        {"identity is that of the user", "id; whoami; hostname; uname -n"},
        {"times of children are counted for the parent",
         "python3 -c '\n"
         "import os,subprocess,resource\n"
         "subprocess.run([\"sh\",\"-c\",\"i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done\"])\n"
         "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime > 0.01)'"},
    });
}

}  // namespace dolmen::qa
