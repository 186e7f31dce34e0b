// SPDX-License-Identifier: GPL-2.0-only
// Compilers, one program at a time.
#include "scenarios/families.hpp"
#include "scenarios/three_ways.hpp"

namespace dolmen::qa {
namespace {

constexpr std::chrono::milliseconds kLong{240000};

constexpr const char* kHello =
    "cat >h.c <<'E'\n#include <stdio.h>\n#include <stdlib.h>\n"
    "int main(int c, char **v) { printf(\"hello %s\\n\", c > 1 ? v[1] : \"\");"
    " return c > 2 ? atoi(v[2]) : 0; }\nE\n";

std::string hello(const std::string& script) {
    return kHello + script;
}

}  // namespace

std::vector<Scenario> compile_scenarios() {
    return three_ways({
        {"compile, link and run", hello("gcc -O1 h.c -o h && ./h world 3; echo $?"), "", false,
         true, kLong},
        {"compile and run three times over",
         hello("for i in 1 2 3; do gcc -DN=$i h.c -o h && ./h $i $i; echo $?; done"), "", false,
         true, kLong},
        {"errors of the compiler are told",
         "echo 'int main( { return }' >bad.c; gcc -c bad.c; echo $?; test -e bad.o || echo none",
         "", false, true, kLong},
        {"a missing header is an error", "echo '#include \"none.h\"' >n.c; gcc -c n.c; echo $?", "",
         false, true, kLong},
        {"preprocessor and assembler in a pipe",
         hello("gcc -E h.c | grep -c main; gcc -S -o - h.c | as -o h.o - && nm h.o | grep main"),
         "", false, true, kLong},
        {"an archive and a program linked with it",
         "for i in 1 2 3; do echo \"int f$i(void) { return $i; }\" >f$i.c; gcc -c f$i.c; done;"
         " ar rcD libf.a f?.o; echo 'int f1(void), f3(void); int main(void) { return f1() + f3(); "
         "}'"
         " >m.c; gcc m.c -L. -lf -o m; ./m; echo $?",
         "", false, true, kLong},
        {"a program in C++ with exceptions",
         "cat >x.cpp <<'E'\n#include <iostream>\n#include <stdexcept>\n#include <vector>\n"
         "int main() { std::vector<int> v; try { v.at(3); } catch (std::out_of_range &) {"
         " std::cout << \"caught\\n\"; } }\nE\ng++ x.cpp -o x && ./x; rm x",
         "", false, true, kLong},
        {"compilers side by side by xargs -P",
         "for i in 1 2 3 4 5 6; do echo \"int f$i(void) { return $i; }\" >g$i.c; done;"
         " ls g?.c | xargs -P 3 -n 1 gcc -c; echo $?; ls *.o",
         "", false, true, kLong},
    });
}

}  // namespace dolmen::qa
