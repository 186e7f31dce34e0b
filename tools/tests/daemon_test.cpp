// SPDX-License-Identifier: GPL-2.0-only
// dolmend apart from the join: lists, weights, death of nodes, events, restart.
#include "cluster_fixture.hpp"
#include "dolmend/nfs_clients.hpp"
#include "dolmend/options.hpp"
#include "rpc/frame.hpp"
#include "rpc/head_status.hpp"
#include "rpc/socket.hpp"

#include <nlohmann/json.hpp>

using namespace dolmen;
using namespace dolmen::tests;

TEST_CASE_FIXTURE(ClusterFixture, "the lists reach the kernel, a broken one does not") {
    CHECK(kernel.lists.at(DOLMEN_LIST_SPREAD_NAMES) == std::vector<std::string>{"gcc", "cc1"});
    CHECK(kernel.lists.at(DOLMEN_LIST_STAY_NAMES) == std::vector<std::string>{"sudo"});
    REQUIRE(write_file_atomically(directory + "/spread.list", "ok\n/usr/bin/not\n"));
    REQUIRE(write_file_atomically(directory + "/stay.list", "ssh\n"));
    daemon->load_lists();
    CHECK(kernel.lists.at(DOLMEN_LIST_SPREAD_NAMES) == std::vector<std::string>{"gcc", "cc1"});
    CHECK(kernel.lists.at(DOLMEN_LIST_STAY_NAMES) == std::vector<std::string>{"ssh"});
}

TEST_CASE_FIXTURE(ClusterFixture, "weights follow what machines can take") {
    REQUIRE(join("aa"));
    REQUIRE(join("bb"));
    REQUIRE(becomes(2, model::NodeState::kUp));
    {
        const std::lock_guard lock(kernel.mutex);
        kernel.table.at(2).memory_free = kernel.table.at(2).memory / 20;
    }
    daemon->tick();
    CHECK(kernel.weights.at(1) == sched::kMostWeight);
    CHECK(kernel.weights.at(2) < sched::kMostWeight);
}

TEST_CASE_FIXTURE(ClusterFixture, "a dead node is away, and its name waits for it") {
    REQUIRE(join("aa"));
    REQUIRE(becomes(1, model::NodeState::kUp));
    {
        const std::lock_guard lock(kernel.mutex);
        kernel.table.at(1).state = DOLMEN_NODE_DEAD;
    }
    daemon->handle({DOLMEN_EVENT_NODE_DEAD, 1, 0, "no heartbeat", 1});
    CHECK(state(1) == model::NodeState::kAway);
    CHECK(daemon->log().events().back().text == "no heartbeat");
    // While its files are being cleared away it is told to come back.
    Result<rpc::Welcome> again = fail_text("not tried");
    REQUIRE(run_until([&] { return (again = join("aa")).has_value(); }));
    CHECK(again->name == "node1");
}

TEST_CASE_FIXTURE(ClusterFixture, "a death that was not heard of is found") {
    REQUIRE(join("aa"));
    REQUIRE(becomes(1, model::NodeState::kUp));
    kernel.table.clear();
    daemon->tick();
    CHECK(state(1) == model::NodeState::kAway);
}

TEST_CASE_FIXTURE(ClusterFixture, "a new daemon of the same kernel goes on: epoch, names, states") {
    REQUIRE(join("aa"));
    REQUIRE(becomes(1, model::NodeState::kUp));
    start_daemon();
    CHECK(state(1) == model::NodeState::kUp);
    const auto welcome = join("bb");
    REQUIRE(welcome);
    CHECK(welcome->epoch == kernel.epoch);
    CHECK(welcome->node == 2);
}

TEST_CASE_FIXTURE(ClusterFixture, "under a new kernel only the names are kept") {
    REQUIRE(join("aa"));
    REQUIRE(becomes(1, model::NodeState::kUp));
    kernel.is_head = false;
    kernel.table.clear();
    const auto old_epoch = kernel.epoch;
    start_daemon();
    CHECK(kernel.epoch != old_epoch);
    CHECK(state(1) == model::NodeState::kAway);
    CHECK(join("zz")->node == 2);
    CHECK(join("aa")->node == 1);
}

TEST_CASE_FIXTURE(ClusterFixture, "events: what was, and what comes") {
    daemon->handle({DOLMEN_EVENT_PROCESS_LOST, 3, 42, "cc1", 5});
    const Fd fd = rpc::connect_unix(directory + "/dolmend.sock").value();
    const auto next = [&] {
        return beside([&] { return rpc::receive_frame(fd.get(), 2s).value(); });
    };
    REQUIRE(rpc::send_frame(fd.get(), {{"type", "events"}, {"follow", true}}, 1s));
    const auto first = next();
    CHECK(first["event"] == "process-lost");
    CHECK(first["pid"] == 42);
    CHECK(first["time_ns"] == "5");
    daemon->handle({DOLMEN_EVENT_NODE_UP, 1, 0, "", 6});
    CHECK(next()["event"] == "node-up");
}

TEST_CASE_FIXTURE(ClusterFixture, "events without follow end; nonsense is answered with an error") {
    for (int number = 0; number < 3000; ++number)
        daemon->handle({DOLMEN_EVENT_REFUSED, 1, 0, "text", 5});
    const auto count = beside([this] {
        const Fd fd = rpc::connect_unix(directory + "/dolmend.sock").value();
        REQUIRE(rpc::send_frame(fd.get(), {{"type", "events"}}, 1s));
        int events = 0;
        while (rpc::receive_frame(fd.get(), 2s).value()["type"] == "event")
            ++events;
        return events;
    });
    CHECK(count == daemon::EventLog::kKept);
    const auto answer = beside([this] {
        const Fd fd = rpc::connect_unix(directory + "/dolmend.sock").value();
        REQUIRE(rpc::send_frame(fd.get(), {{"type", "reboot"}}, 1s));
        return rpc::receive_frame(fd.get(), 2s).value();
    });
    CHECK(answer["type"] == "error");
}

TEST_CASE_FIXTURE(ClusterFixture, "the status has nodes, and those that are lost or refused") {
    REQUIRE(join("aa"));
    REQUIRE(becomes(1, model::NodeState::kUp));
    const auto ask = [this](const rpc::Json& request) {
        return beside([&] {
            const Fd fd = rpc::connect_unix(directory + "/dolmend.sock").value();
            REQUIRE(rpc::send_frame(fd.get(), request, 1s));
            return rpc::receive_frame(fd.get(), 2s).value();
        });
    };
    auto status = ask({{"type", "status"}});
    CHECK(status["build"] == "build-1");
    CHECK(status["lan"]["mode"] == "off");
    CHECK(status["nodes"][0]["state"] == "up");
    CHECK(status["machines"].empty());
    daemon->handle({DOLMEN_EVENT_NODE_DEAD, 1, 0, "no heartbeat", 1});
    CHECK_FALSE(beside([this]() -> Result<> {
        auto connection = DOLMEN_TRY(connect());
        rpc::JoinRequest other = request("bb");
        other.build = "build-2";
        const auto answer = DOLMEN_TRY(connection.ask(other));
        return std::holds_alternative<rpc::Refused>(answer) ? fail_text("refused") : Result<>();
    }));
    status = ask({{"type", "status"}});
    CHECK(status["nodes"][0]["state"] == "away");
    REQUIRE(status["machines"].size() == 2);
    CHECK(status["machines"][0]["mac"] == "aa");
    CHECK(status["machines"][0]["stage"] == "lost");
    CHECK(status["machines"][0]["problem"] == "no heartbeat");
    CHECK(status["machines"][1]["mac"] == "bb");
    CHECK(status["machines"][1]["problem"].get<std::string>().find("build-2") != std::string::npos);
    CHECK(ask({{"type", "lan-key"}, {"key", "p"}})["type"] == "error");
    CHECK(ask({{"type", "drain"}, {"node", 9}, {"on", true}})["type"] == "error");
    CHECK(ask({{"type", "drain"}, {"node", -1}, {"on", true}})["type"] == "error");
    CHECK(ask({{"type", "drain"}, {"node", 1}})["type"] == "error");
    CHECK(ask({{"type", "lan-key"}, {"key", "pp"}})["text"].get<std::string>().find("character") !=
          std::string::npos);
}

TEST_CASE_FIXTURE(ClusterFixture, "a node that is drained gets nothing new until it is undrained") {
    REQUIRE(join("aa"));
    REQUIRE(becomes(1, model::NodeState::kUp));
    daemon->tick();
    const auto drain = [this](bool on) {
        return beside([&] { return rpc::send_drain(directory + "/dolmend.sock", 1, on, 2s); });
    };
    if (::geteuid() != 0) {
        CHECK_FALSE(drain(true));
        CHECK(kernel.weights.at(1) == sched::kMostWeight);
        return;
    }
    REQUIRE(drain(true));
    CHECK(kernel.weights.at(1) == 0);
    daemon->tick();
    CHECK(kernel.weights.at(1) == 0);
    REQUIRE(drain(false));
    CHECK(kernel.weights.at(1) == sched::kMostWeight);
}

TEST_CASE("settings: what is wrong is told with its line") {
    daemon::Options options;
    REQUIRE(daemon::apply_toml("# nothing\n", options));
    CHECK(options.sessions == std::vector<std::string>{"/user.slice"});
    REQUIRE(daemon::apply_toml(
        "timeout_percent = 400\nport = 9\nsessions = [\"/a\", \"/b\"]\nlisten = \"10.0.0.1\"\n",
        options));
    CHECK(options.timeout_percent == 400);
    CHECK(options.port == 9);
    CHECK(options.listen == "10.0.0.1");
    CHECK(options.sessions.size() == 2);
    for (const char* wrong :
         {"timeout_percent = 99", "timeout_percent = \"400\"", "timeout = 1", "port = 0",
          "sessions = \"/a\"", "sessions = [\"a\"]", "x", "listen = 5"})
        CHECK_FALSE(daemon::apply_toml(wrong, options));
    CHECK(daemon::apply_toml("\nport = -1", options)
              .error()
              .to_string()
              .starts_with("line 2: port: want"));
    CHECK(daemon::parse_timeout_percent("1000").value() == 1000);
    for (const char* wrong : {"", "99", "1001", "4x", "-1"})
        CHECK_FALSE(daemon::parse_timeout_percent(wrong));
}

TEST_CASE("the NFS clients of one address are found and expired") {
    std::string directory = "/tmp/dolmen-clients-test.XXXXXX";
    REQUIRE(::mkdtemp(directory.data()) != nullptr);
    const auto add = [&](const std::string& id, const std::string& address) {
        REQUIRE(make_directories(directory + "/" + id));
        REQUIRE(write_file_atomically(
            directory + "/" + id + "/info",
            "clientid: 0x1\naddress: \"" + address + ":790\"\nstatus: confirmed\n"));
        REQUIRE(write_file_atomically(directory + "/" + id + "/ctl", ""));
    };
    add("1", "10.77.0.10");
    add("2", "10.77.0.1");
    add("3", "10.77.0.1");
    CHECK(daemon::find_nfs_clients(directory, "10.77.0.1") ==
          std::vector<std::string>{directory + "/2/ctl", directory + "/3/ctl"});
    REQUIRE(daemon::expire_nfs_clients(directory, "10.77.0.1"));
    CHECK(read_file(directory + "/1/ctl").value().empty());
    CHECK(read_file(directory + "/2/ctl").value() == "expire\n");
    CHECK(daemon::expire_nfs_clients("/nonexistent", "10.77.0.1"));
    static_cast<void>(run_command({"rm", "-rf", directory}, 10s));
}
