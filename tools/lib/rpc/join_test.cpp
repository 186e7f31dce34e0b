// SPDX-License-Identifier: GPL-2.0-only
#include "rpc/join.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace dolmen::rpc;

namespace {

Welcome example_welcome() {
    Welcome welcome;
    welcome.node = 3;
    welcome.name = "node3";
    welcome.epoch = 18446744073709551615ULL;
    welcome.timeout_percent = 400;
    welcome.token = "00ff";
    welcome.root_server = "10.77.0.1";
    welcome.root_options = "vers=4.2,hard";
    welcome.hostname = "dolmen";
    welcome.home_mounts = {{"/proc", "proc"}, {"/dev", "dev"}, {"/run", "other"}};
    welcome.sysctls = {{"vm/max_map_count", "65530"}};
    return welcome;
}

}  // namespace

TEST_CASE("a join request arrives as it was sent") {
    const JoinRequest request{"build", "machine", "52:54:00:77:00:01", 2, 1U << 30U, 1};
    const auto back = std::get<JoinRequest>(node_message(to_json(request)).value());
    CHECK(back.build == "build");
    CHECK(back.machine == "machine");
    CHECK(back.mac == request.mac);
    CHECK(back.cpus == 2);
    CHECK(back.memory == request.memory);
    CHECK(back.node == 1);
}

TEST_CASE("a welcome arrives as it was sent") {
    const Welcome sent = example_welcome();
    const auto back = std::get<Welcome>(head_message(to_json(sent)).value());
    CHECK(back.epoch == sent.epoch);
    CHECK(back.timeout_percent == 400);
    CHECK(back.root_options == sent.root_options);
    CHECK(back.home_mounts == sent.home_mounts);
    CHECK(back.sysctls == sent.sysctls);
}

TEST_CASE("a build id of the full length is taken, a longer one is not") {
    CHECK(node_message(to_json(JoinRequest{std::string(40, 'a'), "m", "", 1, 1, 0})));
    CHECK_FALSE(node_message(to_json(JoinRequest{std::string(41, 'a'), "m", "", 1, 1, 0})));
}

TEST_CASE("each side takes only what the other may send, in range") {
    Json request = to_json(JoinRequest{"b", "m", "", 1, 1, 0});
    CHECK(node_message(request));
    CHECK_FALSE(head_message(request));
    CHECK_FALSE(node_message(to_json(example_welcome())));
    request["protocol"] = 2;
    CHECK(node_message(request).error().code() == EPROTO);
    request["protocol"] = kJoinProtocol;
    request["cpus"] = 0;
    CHECK_FALSE(node_message(request));
    request["cpus"] = 1;
    request["node"] = kMaxNodes + 1;
    CHECK_FALSE(node_message(request));
    CHECK_FALSE(node_message(to_json(JoinRequest{"b", "two words", "", 1, 1, 0})));
    CHECK_FALSE(node_message(to_json(JoinRequest{"b", "", "", 1, 1, 0})));
    CHECK_FALSE(node_message(to_json(JoinRequest{"b", "m", "a\tb", 1, 1, 0})));
    CHECK_FALSE(node_message(to_json(BulkHello{0, "t"})));
    CHECK_FALSE(node_message(Json::object()));
}

TEST_CASE("home mounts are absolute paths without a way out") {
    const auto with = [](const char* path, const char* kind) {
        Welcome welcome = example_welcome();
        welcome.home_mounts = {{path, kind}};
        return head_message(to_json(welcome)).has_value();
    };
    CHECK(with("/run", "other"));
    CHECK_FALSE(with("/", "other"));
    CHECK_FALSE(with("run", "other"));
    CHECK_FALSE(with("/a/../b", "other"));
    CHECK_FALSE(with("/a/..", "other"));
    CHECK_FALSE(with("/run", "ext4"));
}

TEST_CASE("clocks are exact to the nanosecond") {
    const TimeAnswer sent{1790000000123456789, 5, -6};
    const auto back = std::get<TimeAnswer>(head_message(to_json(sent)).value());
    CHECK(back.realtime_ns == sent.realtime_ns);
    CHECK(back.monotonic_ns == 5);
    CHECK(back.boottime_ns == -6);
    CHECK(std::holds_alternative<TimeRequest>(node_message(to_json(TimeRequest{})).value()));
}

TEST_CASE("refused and go") {
    const auto refused =
        std::get<Refused>(head_message(to_json(Refused{"another build", 5})).value());
    CHECK(refused.reason == "another build");
    CHECK(refused.retry_seconds == 5);
    CHECK_FALSE(refused.other_build);
    Json other = to_json(Refused{"another build", 5, true});
    CHECK(std::get<Refused>(head_message(other).value()).other_build);
    // Only a clear yes is one.
    other["other_build"] = "true";
    CHECK_FALSE(std::get<Refused>(head_message(other).value()).other_build);
    CHECK(std::holds_alternative<Go>(head_message(to_json(Go{})).value()));
    const auto bulk = std::get<BulkHello>(node_message(to_json(BulkHello{7, "t"})).value());
    CHECK(bulk.node == 7);
}
