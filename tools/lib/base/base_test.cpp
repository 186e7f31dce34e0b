// SPDX-License-Identifier: GPL-2.0-only
#include "base/file.hpp"
#include "base/kernel_command_line.hpp"
#include "base/loop.hpp"
#include "base/process.hpp"
#include "base/scope_exit.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <csignal>
#include <cstdlib>

using namespace dolmen;
using namespace std::chrono_literals;

TEST_CASE("an error tells what, why and what to do") {
    const Error error = Error::system("open x", ENOENT).context("start").hint("make x");
    CHECK(error.to_string() == "start: open x: No such file or directory: make x");
    CHECK(error.code() == ENOENT);
    CHECK(Error::text("odd").code() == 0);
}

TEST_CASE("files are written whole and read with a limit") {
    char directory[] = "/tmp/dolmen-base-test.XXXXXX";
    REQUIRE(::mkdtemp(directory) != nullptr);
    const std::string path = std::string(directory) + "/a/b/file";
    ScopeExit clean([&] { static_cast<void>(run_command({"rm", "-rf", directory}, 10s)); });
    REQUIRE(make_directories(std::string(directory) + "/a/b"));
    REQUIRE(make_directories(std::string(directory) + "/a/b"));
    REQUIRE(write_file_atomically(path, "text", 0600));
    CHECK(read_file(path).value() == "text");
    CHECK(read_file(path, 3).error().code() == EFBIG);
    CHECK(read_file(path + "x").error().code() == ENOENT);
}

TEST_CASE("a program's output and status come back") {
    const auto result = run_command({"sh", "-c", "echo out; echo err >&2; exit 3"}, 10s);
    REQUIRE(result);
    CHECK(result->output == "out\nerr\n");
    CHECK(result->status.code == 3);
    const auto killed = run_command({"sh", "-c", "kill -TERM $$"}, 10s);
    REQUIRE(killed);
    CHECK(killed->status.signal == SIGTERM);
    CHECK(killed->status.shell_code() == 143);
}

TEST_CASE("a program that is not there, or does not end, is an error") {
    CHECK(Process::spawn({"/nonexistent/program"}).error().code() == ENOENT);
    CHECK(run_command({"sleep", "60"}, 20ms).error().code() == ETIMEDOUT);
}

TEST_CASE("environment, directory and input are the ones given") {
    Pipe in = make_pipe().value();
    Pipe out = make_pipe().value();
    SpawnOptions options;
    options.environment = {"DOLMEN_TEST=yes"};
    options.directory = "/";
    options.input = in.read.get();
    options.output = out.write.get();
    auto process = Process::spawn({"sh", "-c", "read x; echo $x $DOLMEN_TEST $PWD"}, options);
    REQUIRE(process);
    REQUIRE(write_all(in.write.get(), "line\n"));
    CHECK(process->wait()->success());
    char text[64] = {};
    REQUIRE(::read(out.read.get(), text, sizeof(text) - 1) > 0);
    CHECK(std::string(text) == "line yes /\n");
}

TEST_CASE("a process ends with its owner") {
    pid_t pid = 0;
    {
        auto process = Process::spawn({"sleep", "60"});
        REQUIRE(process);
        pid = process->pid();
        CHECK_FALSE(process->wait_for(1ms)->has_value());
    }
    CHECK(::kill(pid, 0) < 0);
}

TEST_CASE("the loop runs descriptors, timers and signals") {
    Loop loop = Loop::create().value();
    const Pipe pipe = make_pipe().value();
    int reads = 0;
    int ticks = 0;
    int signals = 0;
    const auto id = loop.watch(pipe.read.get(), EPOLLIN, [&](std::uint32_t) {
        char byte = 0;
        CHECK(::read(pipe.read.get(), &byte, 1) == 1);
        ++reads;
    });
    REQUIRE(id);
    REQUIRE(loop.watch_signals({SIGUSR1}, [&](int) { ++signals; }));
    loop.every(1ms, [&] {
        if (++ticks == 3)
            ::raise(SIGUSR1);
        if (ticks >= 5 && reads == 2 && signals == 1)
            loop.stop();
    });
    REQUIRE(write_all(pipe.write.get(), "ab"));
    const auto never = loop.after(5s, [] { FAIL("too slow"); });
    REQUIRE(loop.run());
    loop.remove(never);
    loop.remove(*id);
    REQUIRE(write_all(pipe.write.get(), "c"));
    REQUIRE(loop.run_once(1ms));
    CHECK(reads == 2);
}

TEST_CASE("a callback may remove itself and others") {
    Loop loop = Loop::create().value();
    int runs = 0;
    Loop::Id first = 0;
    Loop::Id second = 0;
    const auto once = [&] {
        ++runs;
        loop.remove(first);
        loop.remove(second);
    };
    first = loop.every(1ms, once);
    second = loop.every(1ms, once);
    const auto deadline = Deadline::after(200ms);
    while (!deadline.passed() && runs == 0)
        REQUIRE(loop.run_once(5ms));
    REQUIRE(loop.run_once(5ms));
    CHECK(runs == 1);
}

TEST_CASE("options of the kernel's command line") {
    const char* line =
        "quiet dolmen.ip=10.0.0.2/24 dolmen.head=1  dolmen.head=2\tdolmen.headless a=\n";
    CHECK(find_option(line, "dolmen.ip") == "10.0.0.2/24");
    CHECK(find_option(line, "dolmen.head") == "2");
    CHECK(find_option(line, "quiet") == "");
    CHECK(find_option(line, "a") == "");
    CHECK_FALSE(find_option(line, "dolmen"));
    CHECK_FALSE(find_option("", "a"));
}

TEST_CASE("times before zero keep a positive rest") {
    CHECK(to_timespec(-1).tv_sec == -1);
    CHECK(to_timespec(-1).tv_nsec == 999'999'999);
    CHECK(to_timespec(1'500'000'000).tv_nsec == 500'000'000);
}
