// SPDX-License-Identifier: GPL-2.0-only
// All lines of a node's screen against screen.golden; with DOLMEN_RENEW_GOLDEN set in
// the environment it is written instead of compared.
#include "noded/screen.hpp"

#include "base/file.hpp"
#include "noded/texts.hpp"

#include <doctest/doctest.h>
#include <cstdlib>

using namespace dolmen;
using namespace dolmen::node;
using namespace std::chrono_literals;

namespace {

std::string all_lines() {
    const std::string head = "10.77.0.1";
    const std::vector<std::string> lines = {
        text::starting(),
        text::no_card(),
        text::no_cable({"eth0"}),
        text::no_cable({"eth0", "eth1", "eth2"}),
        text::cable_out("eth0"),
        text::asking("eth0"),
        text::no_answer("eth0", 1s),
        text::no_answer("eth0", 4s),
        text::address_lost("eth0"),
        text::looking("eth0", "10.77.0.21", head),
        text::head_silent(head, Error::system("connect", ETIMEDOUT)),
        text::head_silent(head, Error::system("connect", ECONNREFUSED)),
        text::found(head),
        text::refused(head, "node1 is still being cleared away"),
        text::root_mounted(),
        text::failed(Error::system("mount 10.77.0.1:/", ETIMEDOUT).hint("is it exported?")),
        text::joined("node1", "dolmen"),
        text::lost("the connection has ended"),
        text::other_build(head),
        text::loading("0.2.0-1a2b3c4d"),
        text::starting_next("0.2.0-1a2b3c4d"),
        text::next_kernel_failed(
            Error::text("load http://10.77.0.1/boot/current: server returned error: 404"), 20s),
    };
    std::string text = "# SPDX-License-Identifier: GPL-2.0-only\n";
    for (const std::string& line : lines) {
        CHECK(screen_line(line) == line);
        text += line + "\n";
    }
    return text;
}

}  // namespace

TEST_CASE("the lines of the screen are the golden ones") {
    const std::string golden = NODED_SOURCE "/screen.golden";
    if (std::getenv("DOLMEN_RENEW_GOLDEN") != nullptr)
        REQUIRE(write_file_atomically(golden, all_lines()));
    CHECK(read_file(golden).value_or("") == all_lines());
}

TEST_CASE("what comes from the network can do nothing to the screen") {
    CHECK(screen_line("a\x1b[2Jb\nc\r\t\x80") == "a?[2Jb?c???");
    CHECK(screen_line(std::string(1000, 'x')).size() == 230);
    CHECK(screen_line("").empty());
}

TEST_CASE("names of consoles") {
    CHECK(console_names("tty0 ttyS0\n") == std::vector<std::string>{"tty0", "ttyS0"});
    CHECK(console_names("../sda hvc0") == std::vector<std::string>{"hvc0"});
    CHECK(console_names("").empty());
}
