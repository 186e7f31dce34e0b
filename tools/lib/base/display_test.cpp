// SPDX-License-Identifier: GPL-2.0-only
#include "base/display.hpp"

#include <doctest/doctest.h>

using namespace dolmen;

TEST_CASE("what the network says can not control a screen") {
    CHECK(printable("eth0: plain (text) ~") == "eth0: plain (text) ~");
    CHECK(printable("a\x1b[2Jb\r\n\t\a\x7f") == "a[2Jb");
    CHECK(printable(std::string_view("a\0b", 3)) == "ab");
    // U+009B is ESC [ in one character.
    CHECK(printable("a\xc2\x9b"
                    "2Jb") == "a2Jb");
    CHECK(printable("caf\xc3\xa9 \xe6\xbc\xa2 \xf0\x9f\x98\x80") == "caf? ? ?");
    // No UTF-8 at all, and a character that is cut off.
    CHECK(printable("\x80\xff\xc2") == "??");
    CHECK(printable("").empty());
}

TEST_CASE("cutting") {
    CHECK(cut("12345", 5) == "12345");
    CHECK(cut("123456", 5) == "12...");
    CHECK(cut("123456", 3) == "123");
    CHECK(cut("123456", 0).empty());
}

TEST_CASE("sizes in words") {
    CHECK(size_text(0) == "0 KB");
    CHECK(size_text(700U << 20U) == "700 MB");
    CHECK(size_text(1536U << 20U) == "1.5 GB");
    CHECK(size_text(250ULL << 30U) == "250 GB");
    CHECK(size_text(4ULL << 40U) == "4.0 TB");
}
