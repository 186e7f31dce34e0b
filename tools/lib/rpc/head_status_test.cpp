// SPDX-License-Identifier: GPL-2.0-only
#include "rpc/head_status.hpp"

#include "rpc/frame.hpp"
#include "rpc/socket.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <unistd.h>
#include <future>
#include <nlohmann/json.hpp>

using namespace dolmen;
using namespace dolmen::rpc;
using namespace std::chrono_literals;

namespace {

const char* const kFullStatus = R"({
  "type": "status", "version": "0.1.0", "build": "b1", "future": [1, {"x": 2}],
  "lan": {"mode": "off", "interface": "eth0", "address": "10.77.0.1/24", "reason": "Why.",
          "keys": [{"key": "p", "text": "do it"}, {"key": "", "text": "no key"},
                   {"key": "\u001b", "text": "escape"}, {"key": 5}, "p"]},
  "nodes": [{"name": "node1", "mac": "52:54:00:77:00:01", "state": "up",
             "address": "10.77.0.101", "problem": ""},
            {"name": "node2", "state": "away", "problem": "no heartbeat", "extra": true},
            {"name": "node3", "state": "elsewhere"}],
  "machines": [{"mac": "52:54:00:77:00:04", "address": "10.77.0.23", "stage": "loading",
                "problem": "", "seconds": 12}],
  "root": {"total": 2000, "free": 500},
  "login": {"user": "demo", "password_file": "/run/dolmen-login"}})";

// dolmend as far as one question: takes it, answers with `answers`, closes.
class FakeDaemon {
  public:
    explicit FakeDaemon(Json answers)  // an array
        : path_("/tmp/dolmen-status-test-" + std::to_string(::getpid())),
          listener_(listen_unix(path_, 0600).value()),
          question_(std::async(std::launch::async, [this, answers = std::move(answers)] {
              REQUIRE(wait_for(listener_.get(), POLLIN, 2000).value());
              const Accepted client = accept(listener_.get()).value();
              Json question = receive_frame(client.fd.get(), 2s).value();
              for (const Json& answer : answers)
                  static_cast<void>(send_frame(client.fd.get(), answer, 2s));
              return question;
          })) {}
    ~FakeDaemon() { ::unlink(path_.c_str()); }
    FakeDaemon(const FakeDaemon&) = delete;
    FakeDaemon& operator=(const FakeDaemon&) = delete;

    const std::string& path() const { return path_; }
    Json question() { return question_.get(); }

  private:
    std::string path_;
    Fd listener_;
    std::future<Json> question_;
};

}  // namespace

TEST_CASE("a status: what is known is read, the rest is not looked at") {
    const HeadStatus status = head_status(Json::parse(kFullStatus));
    CHECK(status.version == "0.1.0");
    CHECK(status.build == "b1");
    CHECK(status.lan.mode == LanMode::kOff);
    CHECK(status.lan.interface == "eth0");
    CHECK(status.lan.address == "10.77.0.1/24");
    CHECK(status.lan.reason == "Why.");
    CHECK(status.lan.keys == std::vector<LanKey>{{'p', "do it"}});
    REQUIRE(status.nodes.size() == 3);
    CHECK(status.nodes[0].state == NodeStatusState::kUp);
    CHECK(status.nodes[0].mac == "52:54:00:77:00:01");
    CHECK(status.nodes[0].address == "10.77.0.101");
    CHECK(status.nodes[1].state == NodeStatusState::kAway);
    CHECK(status.nodes[1].problem == "no heartbeat");
    CHECK(status.nodes[2].state == NodeStatusState::kUnknown);
    REQUIRE(status.machines.size() == 1);
    CHECK(status.machines[0].stage == MachineStage::kLoading);
    CHECK(status.machines[0].seconds == 12);
    CHECK(status.root.total == 2000);
    CHECK(status.root.free == 500);
    CHECK(status.password_file == "/run/dolmen-login");
}

TEST_CASE("a status with nothing in it, or with everything of the wrong type, is an empty one") {
    for (const char* text :
         {"{}", R"({"version":1,"lan":[],"nodes":{},"machines":"x","root":7,"login":null})",
          R"({"lan":{"mode":4,"keys":{"p":1}},"nodes":[1,null],"machines":[[]],)"
          R"("root":{"total":-1,"free":1.5},"login":{"password_file":{}}})"}) {
        const HeadStatus status = head_status(Json::parse(text));
        CHECK(status.version.empty());
        CHECK(status.lan.mode == LanMode::kUnknown);
        CHECK(status.lan.keys.empty());
        CHECK(status.root.total == 0);
        CHECK(status.root.free == 0);
        CHECK(status.password_file.empty());
        for (const NodeStatus& node : status.nodes)
            CHECK(node.name.empty());
    }
}

TEST_CASE("asking dolmend") {
    {
        FakeDaemon daemon(Json::array({Json::parse(kFullStatus), {{"type", "end"}}}));
        CHECK(ask_status(daemon.path(), 2s)->version == "0.1.0");
        CHECK(daemon.question() == Json{{"type", "status"}});
    }
    {
        FakeDaemon daemon(Json::array({{{"type", "done"}}}));
        CHECK(send_lan_key(daemon.path(), 'p', 2s));
        CHECK(daemon.question() == Json{{"type", "lan-key"}, {"key", "p"}});
    }
}

TEST_CASE("what dolmend does not answer, or refuses, is told") {
    CHECK(ask_status("/nonexistent/socket", 1s).error().code() == ENOENT);
    {
        FakeDaemon daemon(Json::array({{{"type", "error"}, {"reason", "unknown request"}}}));
        CHECK(ask_status(daemon.path(), 2s).error().code() == EPROTO);
        daemon.question();
    }
    {
        FakeDaemon daemon(Json::array({{{"type", "error"}, {"text", "only root may do this"}}}));
        CHECK(send_lan_key(daemon.path(), 'p', 2s).error().to_string() ==
              "dolmend: only root may do this");
        daemon.question();
    }
    {
        FakeDaemon daemon(Json::array());
        CHECK(ask_status(daemon.path(), 2s).error().code() == ECONNRESET);
        daemon.question();
    }
    const std::string path = "/tmp/dolmen-status-silent-" + std::to_string(::getpid());
    const Fd silent = listen_unix(path, 0600).value();
    CHECK(ask_status(path, 50ms).error().code() == ETIMEDOUT);
    ::unlink(path.c_str());
}

TEST_CASE("names of modes, states and stages") {
    CHECK(to_text(LanMode::kProxy) == std::string("proxy"));
    CHECK(to_text(NodeStatusState::kJoining) == std::string("joining"));
    CHECK(to_text(MachineStage::kLost) == std::string("lost"));
    CHECK(to_text(MachineStage::kUnknown) == std::string("unknown"));
}
