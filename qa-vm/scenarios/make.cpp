// SPDX-License-Identifier: GPL-2.0-only
// make over a small project of generated files.
#include "scenarios/families.hpp"
#include "scenarios/three_ways.hpp"

namespace dolmen::qa {
namespace {

constexpr std::chrono::milliseconds kLong{300000};

// 12 files with a header in common, and a program that adds them all up.
constexpr const char* kProject =
    "mkdir src; cd src; echo '#define BASE 100' >base.h; i=1; while [ $i -le 12 ]; do"
    " printf '#include \"base.h\"\\nint f%d(void) { return BASE + %d; }\\n' $i $i >f$i.c;"
    " i=$((i+1)); done;"
    " { i=1; while [ $i -le 12 ]; do echo \"int f$i(void);\"; i=$((i+1)); done;"
    " echo '#include <stdio.h>'; echo 'int main(void) { int s = 0;';"
    " i=1; while [ $i -le 12 ]; do echo \"s += f$i();\"; i=$((i+1)); done;"
    " printf '%s\\n' 'printf(\"%d\\n\", s); return 0; }'; } >main.c;"
    " printf 'OBJ=$(patsubst %%.c,%%.o,$(wildcard *.c))\\n"
    "prog: $(OBJ)\\n\\t$(CC) -o $@ $(sort $(OBJ))\\n%%.o: %%.c base.h\\n\\t$(CC) -O1 -c -o $@ $<\\n"
    "clean:\\n\\trm -f *.o prog\\n' >Makefile; ";

std::string project(const std::string& script) {
    return kProject + script;
}

}  // namespace

std::vector<Scenario> make_scenarios() {
    return three_ways({
        {"a project is built by make -j4", project("make -j4 >log; echo $?; ./prog; sort log"), "",
         false, true, kLong},
        {"a second make does what has changed and no more",
         project("make -j4 >/dev/null; make; touch f3.c; make | sort; ./prog"), "", false, true,
         kLong},
        {"make -k goes on after failures and tells of them",
         project("echo 'int broken( {' >f5.c; echo broken >f7.c; make -k -j3 >log 2>err; echo $?;"
                 " ls *.o | sort; grep -c 'Error 1' err; rm log err"),
         "", false, true, kLong},
        {"make without -k stops at a failure",
         project("echo broken >f1.c; make f1.o; echo $?; test -e prog || echo none"), "", false,
         true, kLong},
        {"recursive make shares its job slots",
         "mkdir a b; for d in a b; do for i in 1 2 3; do echo \"int $d$i;\" >$d/$i.c; done;"
         " printf 'all: 1.o 2.o 3.o\\n' >$d/Makefile; done;"
         " printf 'all: a b\\n.PHONY: a b\\na b:\\n\\t$(MAKE) -C $@\\n' >Makefile;"
         " make -j3 >log 2>&1; echo $?; ls a b; rm log",
         "", false, true, kLong},
        {"an interrupted make removes the half made target",
         // The recipe ends a moment after make has got its signal: make itself, on any busy
         // machine, ends with 2 instead if both come at once ("wait: No child processes").
         "printf 't:\\n\\ttrap \"sleep 0.5; exit 1\" INT; echo half >t; touch on; sleep 20;"
         " echo whole >t\\n' >Makefile;"
         " setsid env --default-signal=INT make >log 2>&1 & p=$!; until [ -e on ]; do sleep 0.1; "
         "done; kill -INT -$p;"
         " wait $p; echo $?; test -e t || echo removed; rm -f log on"},
    });
}

}  // namespace dolmen::qa
