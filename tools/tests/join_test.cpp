// SPDX-License-Identifier: GPL-2.0-only
// dolmend and the node's side of the join against each other.
#include "cluster_fixture.hpp"
#include "rpc/frame.hpp"
#include "rpc/socket.hpp"

#include <poll.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

using namespace dolmen;
using namespace dolmen::tests;

TEST_CASE_FIXTURE(ClusterFixture,
                  "a node joins: both connections reach the kernels with nothing read from them") {
    const auto welcome = join("aa");
    REQUIRE_MESSAGE(welcome, (welcome ? "" : welcome.error().to_string()));
    CHECK(welcome->name == "node1");
    CHECK(welcome->epoch == kernel.epoch);
    CHECK(welcome->root_server == "127.0.0.1");
    CHECK(becomes(1, model::NodeState::kUp));
    const std::lock_guard lock(kernel.mutex);
    CHECK(kernel.table.at(1).cpus == 2);
    CHECK(kernel.table.at(1).memory == 1U << 30U);
}

TEST_CASE_FIXTURE(ClusterFixture, "the head's facts are in the welcome") {
    const auto welcome = join("aa");
    REQUIRE(welcome);
    const auto& mounts = welcome->home_mounts;
    CHECK(std::find(mounts.begin(), mounts.end(), rpc::HomeMount{"/proc", "proc"}) != mounts.end());
    CHECK(std::find(mounts.begin(), mounts.end(), rpc::HomeMount{"/dev", "dev"}) != mounts.end());
    CHECK(welcome->sysctls.contains("vm/max_map_count"));
    CHECK_FALSE(welcome->hostname.empty());
}

TEST_CASE_FIXTURE(ClusterFixture, "clocks on one machine differ by no more than the way") {
    const auto clocks =
        beside([this] { return node::measure_clocks("127.0.0.1", daemon->join_port().value()); });
    REQUIRE(clocks);
    CHECK(std::abs(clocks->realtime) <= clocks->round_trip);
    CHECK(std::abs(clocks->monotonic) <= clocks->round_trip);
    CHECK(std::abs(clocks->boottime) <= clocks->round_trip);
}

TEST_CASE_FIXTURE(ClusterFixture, "three nodes at once") {
    CHECK(join("aa")->node == 1);
    CHECK(join("bb")->node == 2);
    CHECK(join("cc")->node == 3);
    CHECK(becomes(3, model::NodeState::kUp));
}

TEST_CASE_FIXTURE(ClusterFixture, "another build is refused in words") {
    const auto answer = beside([this] {
        auto other = request("aa");
        other.build = "build-2";
        return connect().value().ask(other).value();
    });
    REQUIRE(std::holds_alternative<rpc::Refused>(answer));
    CHECK(std::get<rpc::Refused>(answer).reason.find("build-2") != std::string::npos);
    CHECK(std::get<rpc::Refused>(answer).other_build);
    CHECK(daemon->cluster().nodes().empty());
    CHECK(daemon->log().events().back().kind == "join-refused");
}

TEST_CASE_FIXTURE(ClusterFixture, "a wrong token joins nothing") {
    const auto outcome = beside([this]() -> Result<> {
        auto connection = DOLMEN_TRY(connect());
        auto welcome = std::get<rpc::Welcome>(DOLMEN_TRY(connection.ask(request("aa"))));
        welcome.token = std::string(32, '0');
        DOLMEN_TRY(connection.complete(welcome));
        return {};
    });
    CHECK_FALSE(outcome);
    CHECK(becomes(1, model::NodeState::kAway));
    CHECK(kernel.nodes()->empty());
}

TEST_CASE_FIXTURE(ClusterFixture,
                  "a machine that joins again loses its old connection and keeps its name") {
    REQUIRE(join("aa"));
    REQUIRE(join("bb"));
    REQUIRE(becomes(1, model::NodeState::kUp));
    const auto again = join("aa");
    REQUIRE(again);
    CHECK(again->name == "node1");
    CHECK(becomes(1, model::NodeState::kUp));
    CHECK(kernel.dropped == std::vector<std::uint32_t>{1});
}

TEST_CASE_FIXTURE(ClusterFixture, "a node that goes away while it prepares leaves its place") {
    beside([this] { return connect().value().ask(request("aa")).has_value(); });
    CHECK(becomes(1, model::NodeState::kAway));
    CHECK(join("aa")->node == 1);
}

TEST_CASE_FIXTURE(ClusterFixture, "garbage ends the connection and nothing else") {
    const std::string bytes[] = {"GET / HTTP/1.1\r\n\r\n", std::string(64, '\xff'),
                                 std::string("\0\0\0\2{}", 6),
                                 std::string("\0\0\0\5{\"a\":1}", 11)};
    for (const std::string& garbage : bytes) {
        const auto closed = beside([this, &garbage] {
            const Fd fd = rpc::connect_tcp("127.0.0.1", daemon->join_port().value(), 1s).value();
            REQUIRE(write_all(fd.get(), garbage));
            REQUIRE(wait_for(fd.get(), POLLIN, 3000).value());
            // What is a frame gets its refusal in words first.
            char answer[512];
            ssize_t got = 0;
            do
                got = ::read(fd.get(), answer, sizeof(answer));
            while (got > 0);
            return true;
        });
        CHECK(closed);
    }
    CHECK(join("aa"));
}
