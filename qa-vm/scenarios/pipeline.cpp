// SPDX-License-Identifier: GPL-2.0-only
// Pipes: data, end of file, broken pipes.
#include "scenarios/families.hpp"
#include "scenarios/three_ways.hpp"

namespace dolmen::qa {

std::vector<Scenario> pipeline_scenarios() {
    return three_ways({
        {"a short pipeline", "echo one two | tr a-z A-Z | rev"},
        {"an archive, compressed and summed", "tar -C /usr/include -cf - linux | gzip -n | md5sum"},
        {"standard input passes through", "cat | wc -c; echo $?", std::string(200000, 'x')},
        {"megabytes pass through three programs",
         "head -c 8000000 /dev/zero | tr '\\0' a | cat | md5sum"},
        {"a reader that ends early ends the writer",
         "yes | head -n 3; sh -c 'yes; echo $? >&2' 2>status | head -n 1 >/dev/null; "
         "cat status"},
        {"the status of a pipeline is that of its last command",
         "false | true; echo $?; true | false; echo $?"},
        {"bash tells the status of every command",
         "bash -c 'true | false | (exit 3); echo ${PIPESTATUS[@]}; set -o pipefail;"
         " false | true; echo $?'"},
        {"command substitution", "x=$(echo a; echo b); echo \"$x\"; y=`pwd | wc -l`; echo $y"},
        {"nested command substitution", "echo $(echo $(echo $(echo deep) er) est)"},
        {"a here document", "cat <<END | sort\nb\na\n$HOME\nEND\n"},
        {"process substitution of bash", "bash -c 'diff <(echo a) <(echo b); echo $?'"},
        {"a named pipe between two programs", "mkfifo p; (echo through >p) & cat p; wait; rm p"},
        {"tee writes to a file and on", "echo text | tee f | md5sum; cat f"},
        {"redirections of every kind",
         "{ echo out; echo err >&2; } >f 2>&1; cat f; echo more >>f; wc -l <f;"
         " ls /nonexistent 2>/dev/null; echo $?; exec 5>g; echo five >&5; exec 5>&-; cat g"},
        {"xargs in parallel over checksums",
         "i=0; while [ $i -lt 24 ]; do echo $i >f$i; i=$((i+1)); done;"
         " ls f* | xargs -P 4 -n 3 md5sum",
         "", true},
        {"compressors read what others wrote",
         "seq 1 20000 >n; gzip -nk n; bzip2 -k n; xz -k n; zstd -q n;"
         " for c in 'gzip -dc n.gz' 'bzip2 -dc n.bz2' 'xz -dc n.xz' 'zstd -qdc n.zst'; do"
         " $c | cmp - n && echo ok; done; rm n.xz n.zst"},
    });
}

}  // namespace dolmen::qa
