// SPDX-License-Identifier: GPL-2.0-only
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <base/loop.hpp>

#include "agent/account.hpp"
#include "agent/server.hpp"
#include "wire/request.hpp"

using namespace dolmen;
using namespace dolmen::qa;

namespace {

constexpr std::chrono::milliseconds kPatience{10000};

// An agent in this process, at the other end of a pair of sockets instead of a port.
class AgentAtHand {
  public:
    AgentAtHand() : loop_(std::move(*Loop::create())) {
        std::array<int, 2> ends{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) ==
                0);
        ours_ = Fd(ends[0]);
        server_ = std::make_unique<Server>(loop_, Fd(ends[1]));
    }

    void send(const Frame& frame) { REQUIRE(write_all(ours_.get(), encode_frame(frame))); }

    struct Collected {
        std::string output, error;
        Outcome outcome;
        bool ended = false;
    };

    // Runs the agent until the stream has ended.
    Collected collect(std::uint32_t stream) {
        Collected collected;
        const Deadline deadline = Deadline::after(kPatience);
        while (!collected.ended && !deadline.passed()) {
            REQUIRE(loop_.run_once(std::chrono::milliseconds(50)));
            read_frames(stream, collected);
        }
        return collected;
    }

  private:
    void read_frames(std::uint32_t stream, Collected& collected) {
        std::array<char, 65536> chunk{};
        const ssize_t got = ::read(ours_.get(), chunk.data(), chunk.size());
        if (got <= 0) {
            return;
        }
        decoder_.feed({chunk.data(), static_cast<std::size_t>(got)});
        while (const auto frame = decoder_.next()) {
            if (frame->stream != stream) {
                continue;
            }
            if (frame->type == FrameType::kStdout || frame->type == FrameType::kStderr) {
                (frame->type == FrameType::kStdout ? collected.output : collected.error) +=
                    frame->payload;
                send({FrameType::kCredit, stream,
                      encode_credit(
                          {frame->type, static_cast<std::uint32_t>(frame->payload.size())})});
            } else if (frame->type == FrameType::kExit) {
                collected.outcome = outcome_from_json(frame->payload);
                collected.ended = true;
            }
        }
    }

    Loop loop_;
    Fd ours_;
    std::unique_ptr<Server> server_;
    FrameDecoder decoder_;
};

Request shell(const std::string& script) {
    Request request;
    request.argv = {"sh", "-c", script};
    return request;
}

}  // namespace

TEST_CASE("accounts are found by name and number, with their groups") {
    const std::string passwd =
        "root:x:0:0:root:/root:/bin/bash\ndemo:x:1000:1000:D,,,:/home/demo:/bin/sh\nbroken\n";
    const std::string group = "root:x:0:\nsudo:x:27:demo,other\ndemo:x:1000:\ndolmen:x:44:demo\n";
    const auto demo = find_account("demo", passwd, group);
    REQUIRE(demo);
    CHECK(demo->uid == 1000);
    CHECK(demo->groups == std::vector<gid_t>{27, 44, 1000});
    CHECK(demo->home == "/home/demo");
    CHECK(find_account("1000", passwd, group)->name == "demo");
    CHECK(find_account("", "", "")->uid == 0);
    const auto nobody = find_account("nobody", passwd, group);
    REQUIRE_FALSE(nobody);
    CHECK(nobody.error().code() == ENOENT);
}

// Starting a command sets its groups: only root may.
TEST_CASE("commands: output, status, signals, input" * doctest::skip(::geteuid() != 0)) {
    AgentAtHand agent;
    agent.send({FrameType::kRequest, 1, to_json(shell("echo out; echo err >&2; exit 3"))});
    auto result = agent.collect(1);
    CHECK(result.outcome.status == 3);
    CHECK(result.output == "out\n");
    CHECK(result.error == "err\n");

    agent.send({FrameType::kRequest, 2, to_json(shell("kill -TERM $$"))});
    CHECK(agent.collect(2).outcome.signal == 15);

    agent.send({FrameType::kRequest, 3, to_json(shell("cat"))});
    agent.send({FrameType::kStdin, 3, "some input"});
    agent.send({FrameType::kStdin, 3, ""});
    CHECK(agent.collect(3).output == "some input");

    agent.send({FrameType::kRequest, 4, to_json(shell("sleep 100"))});
    agent.send({FrameType::kSignal, 4, encode_signal(9)});
    CHECK(agent.collect(4).outcome.signal == 9);

    Request missing;
    missing.argv = {"/nonexistent/program"};
    agent.send({FrameType::kRequest, 5, to_json(missing)});
    CHECK(agent.collect(5).outcome.status == 127);

    agent.send({FrameType::kRequest, 6, to_json(shell("head -c 3000000 /dev/zero | tr '\\0' x"))});
    CHECK(agent.collect(6).output == std::string(3000000, 'x'));

    agent.send({FrameType::kRequest, 7, "nonsense"});
    CHECK_FALSE(agent.collect(7).outcome.error.empty());
}

TEST_CASE("a terminal is one" * doctest::skip(::geteuid() != 0)) {
    AgentAtHand agent;
    Request request = shell("test -t 0 && test -t 1 && stty size; read line; echo got $line");
    request.terminal = true;
    request.window = {33, 99};
    agent.send({FrameType::kRequest, 1, to_json(request)});
    agent.send({FrameType::kStdin, 1, "word\r"});
    const auto result = agent.collect(1);
    CHECK(result.outcome.status == 0);
    CHECK(result.output.find("33 99") != std::string::npos);
    CHECK(result.output.find("got word") != std::string::npos);
}

TEST_CASE("files are put whole and got back" * doctest::skip(::geteuid() != 0)) {
    AgentAtHand agent;
    Request request;
    request.kind = RequestKind::kPut;
    request.path = "/tmp/dolmen-agent-test-" + std::to_string(::getpid());
    request.mode = 0751;
    agent.send({FrameType::kRequest, 1, to_json(request)});
    agent.send({FrameType::kStdin, 1, "content"});
    agent.send({FrameType::kStdin, 1, ""});
    CHECK(agent.collect(1).outcome.error.empty());
    request.kind = RequestKind::kGet;
    agent.send({FrameType::kRequest, 2, to_json(request)});
    CHECK(agent.collect(2).output == "content");
    ::unlink(request.path.c_str());
    agent.send({FrameType::kRequest, 3, to_json(request)});
    CHECK_FALSE(agent.collect(3).outcome.error.empty());
}
