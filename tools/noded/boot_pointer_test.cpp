// SPDX-License-Identifier: GPL-2.0-only
#include "noded/boot_pointer.hpp"

#include "noded/next_kernel.hpp"

#include <doctest/doctest.h>

using namespace dolmen;
using namespace dolmen::node;
using namespace std::chrono_literals;

namespace {

const std::string kGood =
    "# a comment\n"
    "build=0.2.0-1a2b3c4d\n"
    "kernel=http://10.77.0.1/boot/0.2.0-1a2b3c4d/vmlinuz\n"
    "initrd=http://10.77.0.1:8080/boot/0.2.0-1a2b3c4d/node.img\n"
    "initrd=http://10.77.0.1/boot/0.2.0-1a2b3c4d/firmware.img\n"
    "arguments=console=tty0 panic=15 dolmen.head=10.77.0.1\n";

// kGood with `from` replaced.
Result<BootPointer> changed(const std::string& from, const std::string& to) {
    std::string text = kGood;
    text.replace(text.find(from), from.size(), to);
    return parse_boot_pointer(text);
}

}  // namespace

TEST_CASE("what a head boots its nodes with") {
    const auto pointer = parse_boot_pointer(kGood);
    REQUIRE(pointer);
    CHECK(pointer->build == "0.2.0-1a2b3c4d");
    CHECK(pointer->kernel == "http://10.77.0.1/boot/0.2.0-1a2b3c4d/vmlinuz");
    REQUIRE(pointer->initrds.size() == 2);
    CHECK(pointer->initrds.at(0) == "http://10.77.0.1:8080/boot/0.2.0-1a2b3c4d/node.img");
    CHECK(pointer->arguments == "console=tty0 panic=15 dolmen.head=10.77.0.1");
    CHECK(boot_pointer_url("10.77.0.1") == "http://10.77.0.1/boot/current");
    // A newer head may say more.
    CHECK(parse_boot_pointer(kGood + "colour=blue\n\n"));
}

TEST_CASE("hostile or broken pointers are refused") {
    CHECK_FALSE(parse_boot_pointer(""));
    CHECK_FALSE(parse_boot_pointer("<html>404</html>\n"));
    CHECK_FALSE(parse_boot_pointer(std::string(kBootPointerLimit + 1, '#')));
    CHECK_FALSE(changed("build=0.2.0-1a2b3c4d\n", ""));
    CHECK_FALSE(changed("build=0.2.0-1a2b3c4d", "build=a b"));
    CHECK_FALSE(changed("build=0.2.0-1a2b3c4d", "build=../x"));
    CHECK_FALSE(changed("build=0.2.0-1a2b3c4d", "build=" + std::string(65, 'a')));
    CHECK_FALSE(parse_boot_pointer(kGood + "build=other\n"));
    CHECK_FALSE(parse_boot_pointer(kGood + "kernel=http://10.77.0.1/other\n"));
    for (const char* url :
         {"kernel=ftp://10.77.0.1/x", "kernel=http://head/x", "kernel=http://10.77.0.1",
          "kernel=http://10.77.0.1/", "kernel=http://10.77.0.1/../etc/passwd",
          "kernel=http://10.77.0.1/a%20b", "kernel=http://10.77.0.1/a b",
          "kernel=http://10.77.0.1:x/a", "kernel=http://10.77.0.1:/a", "kernel=-O/dev/sda",
          "kernel=http://user@10.77.0.1/a", "kernel=http://10.77.0.1.evil/a", "kernel="})
        CHECK_MESSAGE(!changed("kernel=http://10.77.0.1/boot/0.2.0-1a2b3c4d/vmlinuz", url), url);
    CHECK_FALSE(changed("panic=15", "panic=15\x01"));
    std::string many = kGood;
    for (int count = 0; count < 4; ++count)
        many += "initrd=http://10.77.0.1/x\n";
    CHECK_FALSE(parse_boot_pointer(many));
}

TEST_CASE("a node keeps its card and a given address over the change") {
    const auto pointer = parse_boot_pointer(kGood);
    REQUIRE(pointer);
    CHECK(next_command_line(*pointer, {"52:54:00:77:00:01", ""}) ==
          "console=tty0 panic=15 dolmen.head=10.77.0.1 BOOTIF=01-52-54-00-77-00-01");
    CHECK(next_command_line(*pointer, {"", "10.77.0.101/24"}) ==
          "console=tty0 panic=15 dolmen.head=10.77.0.1 dolmen.ip=10.77.0.101/24");
    BootPointer large = *pointer;
    large.arguments = std::string(kCommandLineLimit, 'a');
    CHECK(next_command_line(large, {}));
    CHECK(next_command_line(large, {"52:54:00:77:00:01", ""}).error().code() == E2BIG);
}

TEST_CASE("the length that a server tells") {
    CHECK(content_length("  HTTP/1.1 200 OK\r\n  Content-Length: 1234\r\n  \r\n") == 1234);
    CHECK(content_length("content-length:5\n") == 5);
    CHECK_FALSE(content_length("  HTTP/1.1 200 OK\n"));
    CHECK_FALSE(content_length("Content-Length: \r\n"));
    CHECK_FALSE(content_length("Content-Length: many"));
    CHECK_FALSE(content_length("Content-Length: 99999999999999999999999999"));
}

TEST_CASE("room for another kernel, and patience") {
    CHECK(next_kernel_room("MemTotal: 300000 kB\nMemAvailable:   212992 kB\n") == 64U << 20U);
    CHECK(next_kernel_room("MemTotal: 300000 kB\nMemAvailable: 16000 kB\n") == 0);
    CHECK(next_kernel_room("nonsense") == 0);
    CHECK(next_kernel_delay(1) == 10s);
    CHECK(next_kernel_delay(2) == 20s);
    CHECK(next_kernel_delay(4'000'000'000U) == 120s);
}
