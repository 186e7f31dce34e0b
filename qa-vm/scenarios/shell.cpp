// SPDX-License-Identifier: GPL-2.0-only
// Shell scripts: subshells, background jobs, wait, traps, storms of processes.
#include "scenarios/families.hpp"
#include "scenarios/three_ways.hpp"

namespace dolmen::qa {

std::vector<Scenario> shell_scenarios() {
    return three_ways({
        {"a script of functions, loops and subshells",
         "f() { for i in 1 2 3; do (echo $1$i); done; }; f a; f b | tac; (exit 4); echo $?"},
        {"background jobs are waited for",
         "for i in 1 2 3 4; do (echo $i >o$i; exit $i) & p=\"$p $!\"; done;"
         " for q in $p; do wait $q; echo $?; done; cat o*"},
        {"wait without arguments waits for all",
         "for i in 1 2 3 4 5 6; do (sleep 0.2; echo $i >o$i) & done; wait; cat o*"},
        // not by files: bash loses a child that ends between its last look and its wait4(),
        // with no cluster at all (2 of 3000)
        {"bash waits for the next one",
         "bash -c '(sleep 3; exit 4) & (sleep 1; exit 3) & wait -n; echo $?; wait -n; echo $?; "
         "wait -n; echo $?'"},
        {"an orphan's work is done all the same",
         "sh -c '(while [ ! -e go ]; do sleep 0.1; done; echo late >done) & echo left';"
         " touch go; while [ ! -s done ]; do sleep 0.1; done; cat done"},
        {"exit traps run",
         "trap 'echo bye' EXIT; sh -c 'trap \"echo inner\" EXIT; exit 3'; echo $?"},
        {"a storm of forks in sequence",
         "i=0; while [ $i -lt 60 ]; do /bin/true; i=$((i+1)); done;"
         " echo $i",
         "", false, true, std::chrono::milliseconds(180000)},
        {"a storm of forks at once",
         "i=0; while [ $i -lt 40 ]; do (exit $((i%7))) & i=$((i+1)); done; wait; echo done"},
        {"a chain of processes, each the parent of the next",
         "cat >c.sh <<'E'\nn=$1; [ $n -gt 0 ] || exit 0; sh c.sh $((n-1)); exit $(($?+1))\nE\n"
         "sh c.sh 12; echo $?"},
        {"a process sees itself and its children in /proc",
         "sleep 50 & test -d /proc/$! && echo there; tr '\\0' ' ' </proc/$!/cmdline; kill $!;"
         " wait $! 2>/dev/null; test -d /proc/$! || echo gone"},
        {"a deleted file that is open keeps its content", "echo kept >f; exec 3<f; rm f; cat <&3"},
        {"appends of several writers are all there",
         "for i in 1 2 3 4; do (for j in 1 2 3 4 5; do echo $i$j >>log; done) & done; wait;"
         " sort log; rm log"},
        {"a file written by one process is seen whole by the next",
         "for i in 1 2 3 4 5 6 7 8; do head -c 70000 /dev/zero | tr '\\0' $i >f;"
         " md5sum <f; done"},
        {"renames, links and directories",
         "mkdir -p a/b/c; echo x >a/b/c/f; ln a/b/c/f l; ln -s a/b s; mv a/b/c/f a/g; cat s/../g l;"
         " rmdir a/b/c; find . | sort"},
        {"find, sort and comparisons over a tree",
         "cp -r /etc/systemd . 2>/dev/null; find systemd -type f | sort | xargs cat | md5sum;"
         " diff -r systemd /etc/systemd && echo equal; rm -r systemd"},
    });
}

}  // namespace dolmen::qa
