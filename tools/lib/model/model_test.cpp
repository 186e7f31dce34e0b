// SPDX-License-Identifier: GPL-2.0-only
#include "model/cluster.hpp"
#include "model/home_mounts.hpp"
#include "model/name_list.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

using namespace dolmen::model;

TEST_CASE("machines get ids and names in the order they come, and keep them") {
    Cluster cluster;
    CHECK(cluster.admit("aa", "m1", "10.77.0.101", 0)->name == "node1");
    CHECK(cluster.admit("bb", "m1", "10.77.0.102", 0)->name == "node2");
    REQUIRE(cluster.set_state(1, NodeState::kAway));
    CHECK(cluster.admit("cc", "m3", "10.77.0.103", 0)->id == 3);
    const auto again = cluster.admit("aa", "m1", "10.77.0.111", 0);
    CHECK(again->id == 1);
    CHECK(again->address == "10.77.0.111");
    CHECK(again->state == NodeState::kPreparing);
}

TEST_CASE("the id from before is given again if it is free") {
    Cluster cluster;
    CHECK(cluster.admit("aa", "m", "", 5)->id == 5);
    CHECK(cluster.admit("bb", "m", "", 5)->id == 1);
    CHECK(cluster.admit("cc", "m", "", kMaxNodes + 1)->id == 2);
}

TEST_CASE("a machine without a MAC is known by its id") {
    Cluster cluster;
    CHECK(cluster.admit("", "one", "", 0)->id == 1);
    CHECK(cluster.admit("", "two", "", 0)->id == 2);
    CHECK(cluster.admit("", "one", "", 0)->id == 1);
}

TEST_CASE("places run out; the longest unused is given away first") {
    Cluster cluster;
    for (std::uint32_t number = 1; number <= kMaxNodes; ++number)
        REQUIRE(cluster.admit(fmt::format("mac{}", number), "m", "", 0)->id == number);
    CHECK(cluster.admit("late", "m", "", 0).error().code() == ENOSPC);
    REQUIRE(cluster.set_state(9, NodeState::kAway));
    REQUIRE(cluster.set_state(4, NodeState::kAway));
    CHECK(cluster.admit("late", "m", "", 0)->id == 9);
    CHECK(cluster.admit("later", "m", "", 0)->id == 4);
    CHECK(cluster.set_state(0, NodeState::kUp).error().code() == ENOENT);
}

TEST_CASE("the book survives as text") {
    Cluster cluster;
    REQUIRE(cluster.admit("aa", "m1", "10.77.0.101", 0));
    REQUIRE(cluster.admit("bb", "m2", "10.77.0.102", 0));
    REQUIRE(cluster.set_state(2, NodeState::kUp));
    const Cluster copy = Cluster::parse(cluster.to_text()).value();
    CHECK(copy.nodes() == cluster.nodes());
    CHECK_FALSE(Cluster::parse("x y z"));
    CHECK_FALSE(Cluster::parse("0\ta\tb\tc\t0"));
    CHECK(Cluster::parse("")->nodes().empty());
}

TEST_CASE("names: comments and blanks do not count, paths are refused") {
    const auto names = parse_names("# compilers\ngcc\n  g++-12  # and this\r\n\n\tcc1plus\ngcc\n");
    REQUIRE(names);
    CHECK(*names == std::vector<std::string>{"gcc", "g++-12", "cc1plus"});
    const auto bad = parse_names("gcc\n/usr/bin/cc\n");
    REQUIRE_FALSE(bad);
    CHECK(bad.error().to_string().starts_with("line 2:"));
    CHECK_FALSE(parse_names("two words"));
    CHECK(parse_names("")->empty());
}

TEST_CASE("cgroups are absolute") {
    CHECK(checked_cgroup("/user.slice"));
    CHECK_FALSE(checked_cgroup("user.slice"));
    CHECK_FALSE(checked_cgroup("/a/.."));
}

TEST_CASE("home mounts of a booted Debian") {
    const char* mountinfo =
        "21 1 0:19 / / rw,relatime - overlay overlay rw,lowerdir=/a\n"
        "22 21 0:20 / /proc rw shared:12 - proc proc rw\n"
        "23 22 0:21 / /proc/sys/fs/binfmt_misc rw shared:1 - autofs systemd-1 rw\n"
        "24 21 0:5 / /dev rw shared:2 - devtmpfs devtmpfs rw\n"
        "25 24 0:22 / /dev/shm rw shared:3 - tmpfs tmpfs rw\n"
        "26 21 0:23 / /run rw shared:5 - tmpfs tmpfs rw\n"
        "27 21 8:1 / /home rw shared:6 - ext4 /dev/sda1 rw\n"
        "28 21 8:2 / /media/my\\040stick rw - vfat /dev/sdb1 rw\n"
        "29 21 0:30 / /runs rw - tmpfs tmpfs rw\n"
        "30 21 0:31 / /srv/proc rw - proc proc rw\n"
        "broken line\n";
    const std::vector<HomeMount> expected = {
        {"/dev", "dev"},    {"/media/my stick", "other"}, {"/proc", "proc"}, {"/run", "other"},
        {"/runs", "other"}, {"/srv/proc", "proc"},        {"/sys", "other"}};
    CHECK(find_home_mounts(mountinfo, {"/", "/home"}) == expected);
}

TEST_CASE("paths of the export table") {
    const auto paths =
        exported_paths("/\t10.77.0.0/24(rw,sync)\n/srv/my\\040data\t*(ro)\n\njunk\n");
    CHECK(paths == std::set<std::string>{"/", "/srv/my data"});
}
