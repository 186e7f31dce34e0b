// SPDX-License-Identifier: GPL-2.0-only
#include "cli/launch.hpp"
#include "cli/show.hpp"
#include "cli/show_machines.hpp"
#include "cli/table.hpp"
#include "cli/why.hpp"
#include "kapi/text.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace dolmen;
using namespace dolmen::cli;

namespace {

dolmen_node_info example_node(std::uint32_t id, const char* name, dolmen_node_state state,
                              std::uint32_t weight) {
    dolmen_node_info node{};
    node.node = id;
    node.state = state;
    node.cpus = 2;
    node.weight = weight;
    node.memory = 3ULL << 30U;
    node.load_permille = 1250;
    kapi::set_text(node.name, name);
    return node;
}

const Nodes kNodes = {
    example_node(0, "dolmen", DOLMEN_NODE_UP, 900), example_node(1, "node1", DOLMEN_NODE_UP, 10),
    example_node(2, "node2", DOLMEN_NODE_UP, 20), example_node(3, "node3", DOLMEN_NODE_DEAD, 1000)};

}  // namespace

TEST_CASE("tables are aligned, numbers to the right, nothing behind the last column") {
    const std::string table =
        print_table({{"N", true}, {"NAME"}}, {{"1", "a"}, {"100", "\u00e4\u00f6\u00fc"}});
    CHECK(table == "  N  NAME\n  1  a\n100  \u00e4\u00f6\u00fc\n");
    CHECK(print_table({{"A"}, {"B", true}}, {{"\u00e4", "1"}}) == "A  B\n\u00e4  1\n");
    CHECK(print_table({{"A"}}, {}) == "A\n");
}

TEST_CASE("sizes and times for people") {
    CHECK(human_bytes(0) == "0");
    CHECK(human_bytes(1023) == "1023");
    CHECK(human_bytes(1536) == "1.5K");
    CHECK(human_bytes(1024 * 1024 - 1) == "1.0M");
    CHECK(human_bytes(3ULL << 30U) == "3.0G");
    CHECK(human_bytes(UINT64_MAX) == "16384P");
    CHECK(human_seconds(62'300'000'000) == "1:02.30");
    CHECK(human_seconds(0) == "0:00.00");
}

TEST_CASE("the keys of nodes --json are as promised") {
    const Json json = nodes_json(kNodes);
    REQUIRE(json["nodes"].size() == 4);
    const Json& node = json["nodes"][1];
    for (const char* key : {"node", "name", "state", "cpus", "memory", "memory_free", "load",
                            "guests", "weight", "placed", "forked", "went_home", "messages_sent",
                            "messages_received", "bytes_sent", "bytes_received", "busy_ns"})
        CHECK(node.contains(key));
    CHECK(node["name"] == "node1");
    CHECK(node["state"] == "up");
    CHECK(node["load"] == 1.25);
}

TEST_CASE("machines on their way stand behind the nodes") {
    const Machines machines = {{"52:54:00:77:00:02", "10.77.0.21", rpc::MachineStage::kLoading,
                                "node.img was not sent to its end", 12},
                               {"52:54:00:77:00:03", "", rpc::MachineStage::kLost, "", 300}};
    CHECK(machines_text(machines) ==
          "\n"
          "MACHINE            ADDRESS     STAGE      FOR  PROBLEM\n"
          "52:54:00:77:00:02  10.77.0.21  loading   12 s  node.img was not sent to its end\n"
          "52:54:00:77:00:03              lost     5 min\n");
    CHECK(machines_text({}).empty());
    const Json json = machines_json(machines);
    CHECK(json[0]["stage"] == "loading");
    CHECK(json[0]["seconds"] == 12);
    CHECK(json[1]["mac"] == "52:54:00:77:00:03");
    // What a machine of the network has sent does nothing to the terminal.
    CHECK(machines_text({{"", "", rpc::MachineStage::kSeen, "\033[2J", 1}}).find('\033') ==
          std::string::npos);
}

TEST_CASE("nodes are found by name and id, if they are up") {
    CHECK(find_node(kNodes, "node2").value() == 2);
    CHECK(find_node(kNodes, "2").value() == 2);
    CHECK(find_node(kNodes, "dolmen").value() == 0);
    CHECK_FALSE(find_node(kNodes, "node3"));
    CHECK(find_node(kNodes, "x").error().to_string() ==
          "find node \"x\": No such file or directory: these are up: dolmen, node1, node2");
}

TEST_CASE("any node is never the head and never a dead one") {
    CHECK(any_node(kNodes).value() == 2);
    CHECK_FALSE(any_node({kNodes[0], kNodes[3]}));
}

TEST_CASE("processes, counters and audit") {
    dolmen_process_info process{};
    process.pid = 77;
    process.node = 1;
    process.state = DOLMEN_PROCESS_AWAY;
    kapi::set_text(process.comm, "cc1");
    const NodeNames names = node_names(kNodes);
    CHECK(processes_json({process}, names)["processes"][0]["name"] == "node1");
    CHECK(processes_text({process}, names).find("node1  away") != std::string::npos);
    dolmen_counter_info counter{};
    counter.kind = DOLMEN_COUNTER_WENT_HOME;
    counter.count = 3;
    kapi::set_text(counter.call, "socket");
    CHECK(counters_json({counter}, names)["counters"][0]["kind"] == "went-home");
    CHECK(counters_text({counter}, names).find("socket") != std::string::npos);
    dolmen_audit_info entry{};
    kapi::set_text(entry.what, "remote files");
    CHECK(audit_json({entry})["audit"][0]["what"] == "remote files");
    CHECK(audit_text({entry}).find("remote files") != std::string::npos);
}

TEST_CASE("why a process is where it is") {
    const NodeNames names = node_names(kNodes);
    dolmen_why why{};
    why.pid = 7;
    why.node = 1;
    CHECK(why_text(why, "sleep", names) ==
          "7 (sleep) runs on node1.\n  why there: it began there, where its parent was\n"
          "  can it move: yes\n");
    why.decided = 1;
    why.node = 0;
    why.cause = DOLMEN_COUNTER_WENT_HOME;
    kapi::set_text(why.there, "socket");
    kapi::set_text(why.keeps, "threads");
    CHECK(why_text(why, "sleep", names).find("came home to make the call socket") !=
          std::string::npos);
    CHECK(why_text(why, "sleep", names).find("not now: threads") != std::string::npos);
    CHECK(why_json(why, "sleep", names)["cause"] == "went-home");
    CHECK(why_json(why, "sleep", names)["keeps"] == "threads");
    kapi::set_text(why.there, "recall");
    CHECK(why_text(why, "sleep", names).find("it was called home") != std::string::npos);
}

TEST_CASE("events on one line") {
    const Json event = {{"time_ns", "1500000000"},
                        {"event", "node-dead"},
                        {"node", 2},
                        {"pid", 0},
                        {"text", "no answer"}};
    CHECK(event_text(event).find(".500 node-dead node 2: no answer\n") != std::string::npos);
}

TEST_CASE("a command's words are its own") {
    using Words = std::vector<std::string>;
    const auto command = [](const Words& words) { return split_words(words).command; };
    CHECK(split_words({"run", "--on", "node1", "gcc", "--on", "x", "-c"}).own ==
          Words{"run", "--on", "node1"});
    CHECK(command({"run", "--on", "node1", "gcc", "--on", "x"}) == Words{"gcc", "--on", "x"});
    CHECK(command({"run", "--on=2", "ls"}) == Words{"ls"});
    CHECK(command({"local", "ps", "--json"}) == Words{"ps", "--json"});
    CHECK(command({"spread", "--", "-odd"}) == Words{"-odd"});
    CHECK(command({"spread", "make", "--", "all"}) == Words{"make", "--", "all"});
    CHECK(command({"run", "--on"}).empty());
    CHECK(split_words({"nodes", "--json"}).own.size() == 2);
    CHECK(split_words({}).own.empty());
    const auto plain = [](const Words& words) { return plain_launch(split_words(words)); };
    REQUIRE(plain({"run", "--on", "node1", "gcc", "-c"}).has_value());
    CHECK(plain({"run", "--on", "node1", "gcc", "-c"})->node == "node1");
    CHECK(plain({"spread", "make"})->mode == DOLMEN_MODE_SPREAD);
    CHECK(plain({"local", "--", "make"})->mode == DOLMEN_MODE_LOCAL);
    CHECK_FALSE(plain({"run", "--on"}).has_value());
    CHECK_FALSE(plain({"spread"}).has_value());
    CHECK_FALSE(plain({"run", "--help", "x"}).has_value());
    CHECK_FALSE(plain({"nodes"}).has_value());
}
