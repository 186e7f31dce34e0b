// SPDX-License-Identifier: GPL-2.0-only
// dolmen migrate and home over a kernel that only keeps books.
#include "cli/move.hpp"
#include "cli/report.hpp"
#include "fake_kernel.hpp"

#include <doctest/doctest.h>
#include <unistd.h>
#include <algorithm>

using namespace dolmen;
using namespace dolmen::cli;
using dolmen::tests::FakeKernel;

namespace {

dolmen_node_info up(std::uint32_t id) {
    dolmen_node_info node{};
    node.node = id;
    node.state = DOLMEN_NODE_UP;
    return node;
}

dolmen_process_info process(std::int32_t pid, std::uint32_t node) {
    dolmen_process_info info{};
    info.pid = pid;
    info.node = node;
    return info;
}

const std::vector<dolmen_node_info> kNodes{up(0), up(1), up(2)};

}  // namespace

TEST_CASE("processes are named by number, by group, by node") {
    FakeKernel kernel;
    kernel.away = {process(10, 1), process(11, 2), process(12, 1)};
    const auto numbers = choose_processes(kernel, kNodes, {{"7", "8"}, "", ""});
    REQUIRE(numbers);
    CHECK(*numbers == std::vector<std::int32_t>{7, 8});
    const auto on_node = choose_processes(kernel, kNodes, {{}, "", "1"});
    REQUIRE(on_node);
    CHECK(*on_node == std::vector<std::int32_t>{10, 12});
    const auto group = choose_processes(kernel, kNodes, {{}, std::to_string(::getpgrp()), ""});
    REQUIRE(group);
    CHECK(std::count(group->begin(), group->end(), ::getpid()) == 1);
}

TEST_CASE("what names no process is refused") {
    FakeKernel kernel;
    CHECK_FALSE(choose_processes(kernel, kNodes, {}));
    for (const char* word : {"", "x", "7x", "-1", "0", "99999999999"})
        CHECK_FALSE(choose_processes(kernel, kNodes, {{word}, "", ""}));
    const auto group = choose_processes(kernel, kNodes, {{}, "2147483647", ""});
    REQUIRE_FALSE(group);
    CHECK(group.error().code() == ESRCH);
    CHECK_FALSE(choose_processes(kernel, kNodes, {{}, "", "node9"}));
}

TEST_CASE("who leaves a node goes to the other one, or home") {
    std::vector<dolmen_node_info> nodes = kNodes;
    nodes.push_back(up(3));
    for (dolmen_node_info& node : nodes)
        node.weight = 100;
    nodes[2].guests = 5;
    nodes[3].guests = 1;
    CHECK(refuge(nodes, 1) == 3);
    nodes[3].weight = 0;
    CHECK(refuge(nodes, 1) == 2);
    nodes[2].state = DOLMEN_NODE_DEAD;
    CHECK(refuge(nodes, 1) == 0);
}

TEST_CASE("a node is emptied, or it is said what stays") {
    using namespace std::chrono_literals;
    FakeKernel kernel;
    kernel.away = {process(10, 1), process(11, 2), process(12, 1)};
    REQUIRE(empty_node(kernel, 1, 1s));
    CHECK(kernel.away[0].node == 0);
    CHECK(kernel.away[1].node == 2);
    kernel.away[0].node = 1;
    kernel.cannot_move = {10};
    const auto stays = empty_node(kernel, 1, 50ms);
    REQUIRE_FALSE(stays);
    CHECK(stays.error().code() == EOPNOTSUPP);
}

TEST_CASE("one process that stays does not keep the others") {
    FakeKernel kernel;
    kernel.away = {process(10, 1), process(11, 1), process(12, 1)};
    kernel.cannot_move = {11};
    CHECK(move_all(kernel, {10, 11, 12}, 2, 1000) == kFailed);
    CHECK(kernel.away[0].node == 2);
    CHECK(kernel.away[1].node == 1);
    CHECK(kernel.away[2].node == 2);
    CHECK(move_all(kernel, {10, 12}, 0, 1000) == kOk);
}
