// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/status.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace dolmen;
using namespace dolmen::daemon;

TEST_CASE("the keys of the status are as promised") {
    Status status;
    status.version = "0.1.0";
    status.build = "abc";
    status.lan = {"off", "", "", "This head serves nothing.", {{'p', {}, "boot BIOS PCs"}}};
    status.nodes = {{1, "node1", "aa", "machine", "10.77.0.101", model::NodeState::kUp},
                    {2, "node2", "bb", "machine", "10.77.0.102", model::NodeState::kAway},
                    {3, "node3", "cc", "machine", "10.77.0.103", model::NodeState::kPreparing}};
    status.machines = {{"bb", "10.77.0.102", "lost", "no heartbeat", std::chrono::seconds(7)}};
    status.root = {100, 10};
    const auto json = to_json(status);
    CHECK(json["type"] == "status");
    CHECK(json["version"] == "0.1.0");
    CHECK(json["lan"]["mode"] == "off");
    CHECK(json["lan"]["keys"][0]["key"] == "p");
    CHECK(json["lan"]["keys"][0]["text"] == "boot BIOS PCs");
    CHECK(json["nodes"][0]["state"] == "up");
    CHECK(json["nodes"][1]["state"] == "away");
    CHECK(json["nodes"][1]["problem"] == "no heartbeat");
    CHECK(json["nodes"][2]["state"] == "joining");
    CHECK(json["machines"][0]["stage"] == "lost");
    CHECK(json["machines"][0]["seconds"] == 7);
    CHECK(json["root"]["free"] == 10);
    CHECK_FALSE(json.contains("login"));
    status.login_user = "demo";
    CHECK(to_json(status)["login"]["user"] == "demo");
    CHECK(to_json(status)["login"]["password_file"] == "/run/dolmen-login");
}

TEST_CASE("room and login are read from where they are") {
    CHECK(room_of("/").total > 0);
    CHECK(room_of("/nowhere").total == 0);
    CHECK(login_user("/nowhere").empty());
}
