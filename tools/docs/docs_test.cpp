// SPDX-License-Identifier: GPL-2.0-only
#include "docs/call_table.hpp"
#include "docs/limits.hpp"
#include "docs/references.hpp"
#include "docs/rules.hpp"

#include <doctest/doctest.h>

using namespace dolmen::docs;

namespace {

constexpr const char* kTable =
    "static const struct ssi_call_row rows[] = {\n\t/* files */\n\tHERE(read), PATH(stat),\n"
    "\tBY(fcntl, ssi_decide_fcntl),\n\n\t/* others */\n\tASK(getppid),\n};\n";

constexpr const char* kDecisions =
    "static bool is_wild(u64 flags)\n{\n\treturn flags & CLONE_VM;\n}\n\n"
    "DECIDE(fork)\n{\n\treturn place(is_wild(regs->di) ? SSI_GO_HOME : SSI_HERE);\n}\n\n"
    "/* Locks. */\nDECIDE(fcntl)\n{\n\tswitch (regs->si) {\n\tcase F_GETFD:\n\tcase F_SETFD:\n"
    "\t\treturn place(SSI_HERE);\n\tcase F_SETFL:\n\t\tif (!is_remote(regs->di))\n"
    "\t\t\treturn place(SSI_HERE);\n\t\treturn done(set(regs));\n\t}\n"
    "\treturn place(SSI_GO_HOME);\n}\n";

}  // namespace

TEST_CASE("rows of the table, in its sections") {
    const auto sections = parse_call_table(kTable);
    REQUIRE(sections);
    REQUIRE(sections->size() == 2);
    CHECK(sections->front().title == "files");
    REQUIRE(sections->front().calls.size() == 3);
    CHECK(sections->front().calls[1].where == Where::kPath);
    CHECK(sections->front().calls[2].rule == "fcntl");
    CHECK(sections->back().calls[0].name == "getppid");
}

TEST_CASE("a kind of row that nobody knows is an error, and so is no table") {
    CHECK_FALSE(parse_call_table("rows[] = {\n\tWILD(read),\n};\n"));
    CHECK_FALSE(parse_call_table("int main;"));
}

TEST_CASE("cases of a decision") {
    const auto decisions = parse_decisions(kDecisions);
    REQUIRE(decisions);
    const Decision& fcntl = decisions->at("fcntl");
    REQUIRE(fcntl.cases.size() == 3);
    CHECK(fcntl.cases[0].values == std::vector<std::string>{"F_GETFD", "F_SETFD"});
    CHECK(fcntl.cases[0].places == std::vector<std::string>{"here"});
    CHECK(fcntl.cases[1].places == std::vector<std::string>{"here", "Dolmen answers"});
    CHECK(fcntl.cases[2].values.empty());
    CHECK(fcntl.cases[2].places == std::vector<std::string>{"goes home"});
}

TEST_CASE("constants of the functions that a decision calls") {
    const auto decisions = parse_decisions(kDecisions);
    REQUIRE(decisions);
    CHECK(decisions->at("fork").constants == std::set<std::string>{"CLONE_VM"});
}

TEST_CASE("a decision without words is not accepted") {
    const auto decisions = parse_decisions("DECIDE(wild)\n{\n\treturn place(SSI_HERE);\n}\n");
    const auto sections = parse_call_table("rows[] = {\n\tBY(read, ssi_decide_wild),\n};\n");
    REQUIRE(decisions);
    REQUIRE(sections);
    CHECK_FALSE(limits_text(*sections, *decisions));
}

TEST_CASE("a call that gets a row leaves the list of those without") {
    const auto without = parse_call_table("rows[] = {\n\tHERE(read),\n};\n");
    const auto with = parse_call_table("rows[] = {\n\tHERE(socketpair),\n};\n");
    REQUIRE(without);
    REQUIRE(with);
    CHECK(limits_text(*without, {})->find("socketpair, bind") != std::string::npos);
    CHECK(limits_text(*with, {})->find("socketpair, bind") == std::string::npos);
}

TEST_CASE("only what is between the markers is replaced") {
    const std::string document =
        "a\n<!-- made by `cmake --build build --target limits`: begin -->\nold\n"
        "<!-- made: end -->\nb\n";
    const auto once = put_between_markers(document, "new\n");
    REQUIRE(once);
    CHECK(once->find("old") == std::string::npos);
    CHECK(once->substr(0, 2) == "a\n");
    CHECK(once->substr(once->size() - 2) == "b\n");
    CHECK(*put_between_markers(*once, "new\n") == *once);
    CHECK_FALSE(put_between_markers("a\n", "new\n"));
}

TEST_CASE("files and functions that a document names") {
    const auto found = find_references(
        "`process/place.c`: `ssi_place_current()` and `place.c`, `ls /tmp`, `/proc/self/`, "
        "`tools/`");
    CHECK(found.files == std::set<std::string>{"process/place.c", "tools/"});
    CHECK(found.functions == std::set<std::string>{"ssi_place_current"});
}

TEST_CASE("names of messages") {
    const auto names = message_names(
        "enum ssi_type {\n\t/* x */\n\tSSI_HELLO = 1,\t/* y */\n\tSSI_EXIT,\n\n\tSSI_TYPES\n};\n");
    CHECK(names == std::vector<std::string>{"HELLO", "EXIT"});
}
