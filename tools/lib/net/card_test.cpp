// SPDX-License-Identifier: GPL-2.0-only
// What sysfs, the neighbour table and rtnetlink tell of cards and addresses.
#include "base/file.hpp"
#include "base/process.hpp"
#include "net/addresses.hpp"
#include "net/card_kind.hpp"
#include "net/neighbours.hpp"

#include <doctest/doctest.h>
#include <algorithm>
#include <cstdlib>

using namespace dolmen;
using namespace dolmen::net;
using namespace std::chrono_literals;

namespace {

struct Tree {
    Tree() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
    ~Tree() { static_cast<void>(run_command({"rm", "-rf", path}, 10s)); }
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;
    void directory(const std::string& name) const { REQUIRE(make_directories(path + "/" + name)); }
    void file(const std::string& name) const {
        REQUIRE(write_file_atomically(path + "/" + name, ""));
    }

    std::string path = "/tmp/dolmen-card-test.XXXXXX";
};

}  // namespace

TEST_CASE("a wired card has a device, and is nothing else") {
    const Tree tree;
    for (const char* name :
         {"eth0/device", "wlan0/device", "wlan0/wireless", "wlan1/device", "wlan1/phy80211",
          "veth0", "br0/bridge", "bond0/bonding", "bond0/device", "tap0"})
        tree.directory(name);
    tree.file("tap0/tun_flags");
    CHECK(card_kind(tree.path, "eth0") == CardKind::kWired);
    CHECK(card_kind(tree.path, "wlan0") == CardKind::kWireless);
    CHECK(card_kind(tree.path, "wlan1") == CardKind::kWireless);
    for (const char* name : {"veth0", "br0", "bond0", "tap0", "gone"})
        CHECK(card_kind(tree.path, name) == CardKind::kVirtual);
}

TEST_CASE("a card that udev has not seen may get another name") {
    const Tree tree;
    CHECK(has_its_name(2, tree.path));
    tree.file("control");
    CHECK_FALSE(has_its_name(2, tree.path));
    tree.directory("data");
    tree.file("data/n2");
    CHECK(has_its_name(2, tree.path));
}

TEST_CASE("neighbours: those that have answered") {
    const auto found = parse_neighbours(
        "IP address       HW type     Flags       HW address            Mask     Device\n"
        "10.77.0.21       0x1         0x2         52:54:00:77:00:02     *        eth0\n"
        "10.77.0.22       0x1         0x0         00:00:00:00:00:00     *        eth0\n"
        "10.77.0.23       0x1         0x2         nonsense              *        eth0\n"
        "10.77.0.24\n");
    REQUIRE(found.size() == 1);
    CHECK(found.at("10.77.0.21") == "52:54:00:77:00:02");
    CHECK(parse_neighbours("").empty());
}

TEST_CASE("this machine has its loopback address, for ever") {
    const auto all = own_addresses();
    REQUIRE(all);
    const auto found = std::find_if(all->begin(), all->end(), [](const OwnAddress& address) {
        return address.network.to_string() == "127.0.0.1/8";
    });
    // A network namespace whose loopback is down has none.
    if (found != all->end())
        CHECK_FALSE(found->for_now);
}
