// SPDX-License-Identifier: GPL-2.0-only
#include "model/lan_plan.hpp"

#include <doctest/doctest.h>
#include <algorithm>
#include <string>
#include <vector>

using namespace dolmen;
using namespace dolmen::model;

namespace {

using Kind = LanWish::Kind;

Ipv4 ip(const char* text) {
    return Ipv4::parse(text).value();
}

// What servers are called in the tables below.
const LanServer kRouter{ip("192.168.1.1"), true, false, Ipv4Network{ip("192.168.1.50"), 24}};
const LanServer kLab{ip("10.0.0.1"), true, false, Ipv4Network{ip("10.0.0.50"), 24}};
const LanServer kBootProxy{ip("192.168.1.5"), false, true, std::nullopt};
const LanServer kBootRouter{ip("192.168.1.1"), true, true, Ipv4Network{ip("192.168.1.50"), 24}};
const LanServer kGarbled{ip("192.168.1.9"), false, false, std::nullopt};
const LanServer kWide{ip("10.1.1.1"), true, false, Ipv4Network{ip("10.1.2.3"), 8}};
const LanServer kAnother77{ip("10.77.0.1"), true, false, Ipv4Network{ip("10.77.0.50"), 24}};
const Ipv4Network kLease{ip("192.168.1.60"), 24};

LanNic card(const char* name, std::vector<LanServer> servers = {}) {
    LanNic nic;
    nic.name = name;
    nic.has_link = true;
    nic.wired = true;
    nic.probed = true;
    nic.servers = std::move(servers);
    return nic;
}

LanNic unplugged(const char* name) {
    LanNic nic = card(name);
    nic.has_link = false;
    nic.probed = false;
    return nic;
}

LanNic wireless(const char* name, std::vector<LanServer> servers = {}) {
    LanNic nic = card(name, std::move(servers));
    nic.wired = false;
    return nic;
}

LanNic unprobed(const char* name) {
    LanNic nic = card(name);
    nic.probed = false;
    return nic;
}

LanNic with_taken(LanNic nic, std::vector<Ipv4> taken) {
    nic.taken = std::move(taken);
    return nic;
}

LanNic with_lease(LanNic nic) {
    nic.leased = kLease;
    return nic;
}

struct Case {
    const char* what;
    std::vector<LanNic> nics;
    LanWish wish;
    LanMode mode;
    const char* interface;
    const char* address;  // "0.0.0.0/0": none
    const char* keys;
    const char* reason;
};

constexpr const char* kNone = "0.0.0.0/0";

std::string keys_of(const LanPlan& plan) {
    std::string keys;
    for (const LanKey& key : plan.keys)
        keys += key.key;
    return keys;
}

void check(const std::vector<Case>& cases) {
    for (const Case& expected : cases) {
        CAPTURE(expected.what);
        LanFacts facts{expected.nics, expected.wish};
        // The order in which the kernel lists its cards must not matter.
        for (int order = 0; order < 2; ++order) {
            const LanPlan plan = plan_lan(facts);
            CHECK(plan.mode == expected.mode);
            CHECK(plan.interface == expected.interface);
            CHECK(plan.address.to_string() == expected.address);
            CHECK(keys_of(plan) == expected.keys);
            CHECK(plan.reason == expected.reason);
            CHECK(plan.first_lease.is_set() == (expected.mode == LanMode::kFull));
            std::reverse(facts.nics.begin(), facts.nics.end());
        }
    }
}

}  // namespace

TEST_CASE("no card to serve") {
    check({
        {"no card at all",
         {},
         {},
         LanMode::kOff,
         "",
         kNone,
         "",
         "This head serves nothing, because no network card has a link: plug a cable in."},
        {"no cable",
         {unplugged("eth0"), unplugged("eth1")},
         {},
         LanMode::kOff,
         "",
         kNone,
         "",
         "This head serves nothing, because no network card has a link: plug a cable in."},
        {"wireless only",
         {unplugged("eth0"), wireless("wlan0")},
         {},
         LanMode::kOff,
         "",
         kNone,
         "",
         "This head serves nothing, because only wireless cards have a link and PCs can not boot "
         "over them: plug a cable in."},
        {"silence of a card that could not be asked means nothing",
         {unprobed("eth0")},
         {},
         LanMode::kOff,
         "",
         kNone,
         "",
         "This head serves nothing, because eth0 could not be searched for DHCP servers."},
    });
}

TEST_CASE("nobody serves the network: this head does") {
    check({
        {"one card",
         {card("eth0")},
         {},
         LanMode::kFull,
         "eth0",
         "10.77.0.1/24",
         "",
         "The network of the cluster is eth0, because no DHCP server answers there; this head is "
         "10.77.0.1/24 on it."},
        {"the first by name of two",
         {card("enp3s0"), card("enp1s0")},
         {},
         LanMode::kFull,
         "enp1s0",
         "10.77.0.1/24",
         "",
         "The network of the cluster is enp1s0, because no DHCP server answers there; this head "
         "is 10.77.0.1/24 on it."},
        {"the first without a cable, and a wireless one",
         {unplugged("eth0"), card("eth1"), wireless("aaa0")},
         {},
         LanMode::kFull,
         "eth1",
         "10.77.0.1/24",
         "",
         "The network of the cluster is eth1, because no DHCP server answers there; this head is "
         "10.77.0.1/24 on it."},
    });
}

TEST_CASE("the network of the cluster is the card that nobody serves") {
    check({
        {"a router on the other",
         {card("eth0", {kRouter}), card("eth1")},
         {},
         LanMode::kFull,
         "eth1",
         "10.77.0.1/24",
         "",
         "The network of the cluster is eth1, because no DHCP server answers there (the DHCP "
         "server 192.168.1.1 answers on eth0); this head is 10.77.0.1/24 on it."},
        {"a boot server on the other is no harm",
         {card("eth0", {kRouter, kBootProxy}), card("eth1")},
         {},
         LanMode::kFull,
         "eth1",
         "10.77.0.1/24",
         "",
         "The network of the cluster is eth1, because no DHCP server answers there (the boot "
         "server 192.168.1.5 answers on eth0); this head is 10.77.0.1/24 on it."},
        {"two of three are not ours",
         {card("eth0", {kRouter}), unprobed("eth1"), card("eth2")},
         {},
         LanMode::kFull,
         "eth2",
         "10.77.0.1/24",
         "",
         "The network of the cluster is eth2, because no DHCP server answers there (the DHCP "
         "server 192.168.1.1 answers on eth0 and eth1 could not be searched for DHCP servers); "
         "this head is 10.77.0.1/24 on it."},
    });
}

TEST_CASE("somebody serves every network: nothing starts by itself") {
    check({
        {"a router on the only card",
         {card("eth0", {kRouter})},
         {},
         LanMode::kOff,
         "",
         kNone,
         "p",
         "This head serves nothing, because the DHCP server 192.168.1.1 answers on eth0."},
        {"a lease alone starts nothing",
         {with_lease(card("eth0", {kRouter}))},
         {},
         LanMode::kOff,
         "",
         kNone,
         "p",
         "This head serves nothing, because the DHCP server 192.168.1.1 answers on eth0."},
        {"routers on both cards: a key for each",
         {card("eth0", {kRouter}), card("eth1", {kLab})},
         {},
         LanMode::kOff,
         "",
         kNone,
         "12",
         "This head serves nothing, because the DHCP server 192.168.1.1 answers on eth0 and the "
         "DHCP server 10.0.0.1 answers on eth1."},
        {"a router with a boot file: nothing to press",
         {card("eth0", {kBootRouter})},
         {},
         LanMode::kOff,
         "",
         kNone,
         "",
         "This head serves nothing, because the boot server 192.168.1.1 answers on eth0."},
        {"a router and a boot proxy: nothing to press",
         {card("eth0", {kRouter, kBootProxy})},
         {},
         LanMode::kOff,
         "",
         kNone,
         "",
         "This head serves nothing, because the boot server 192.168.1.5 answers on eth0."},
        {"a boot proxy alone",
         {card("eth0", {kBootProxy})},
         {},
         LanMode::kOff,
         "",
         kNone,
         "",
         "This head serves nothing, because the boot server 192.168.1.5 answers on eth0."},
        {"what can not be understood is somebody all the same",
         {card("eth0", {kGarbled})},
         {},
         LanMode::kOff,
         "",
         kNone,
         "",
         "This head serves nothing, because 192.168.1.9 answers on eth0 with what can not be "
         "understood."},
    });
}

TEST_CASE("the key: a proxy beside the DHCP server") {
    check({
        {"with the address that it gave",
         {with_lease(card("eth0", {kRouter}))},
         {Kind::kProxy, "eth0"},
         LanMode::kProxy,
         "eth0",
         "192.168.1.60/24",
         "",
         "This head boots BIOS PCs on eth0 as 192.168.1.60/24, and leaves their addresses to the "
         "DHCP server 192.168.1.1."},
        {"not before it gave one",
         {card("eth0", {kRouter})},
         {Kind::kProxy, "eth0"},
         LanMode::kOff,
         "",
         kNone,
         "",
         "This head serves nothing, because it waits for an address from the DHCP server "
         "192.168.1.1 on eth0."},
        {"a boot server has come: refused",
         {with_lease(card("eth0", {kRouter, kBootProxy}))},
         {Kind::kProxy, "eth0"},
         LanMode::kOff,
         "",
         kNone,
         "",
         "This head serves nothing, because the boot server 192.168.1.5 answers on eth0, and two "
         "would be in each other's way."},
        {"on the second of two, by its name",
         {card("eth0", {kLab}), with_lease(card("eth1", {kRouter}))},
         {Kind::kProxy, "eth1"},
         LanMode::kProxy,
         "eth1",
         "192.168.1.60/24",
         "",
         "This head boots BIOS PCs on eth1 as 192.168.1.60/24, and leaves their addresses to the "
         "DHCP server 192.168.1.1."},
        {"without a name: the first that it is possible on",
         {card("eth0", {kBootRouter}), with_lease(card("eth1", {kRouter})), card("eth2")},
         {Kind::kProxy, ""},
         LanMode::kProxy,
         "eth1",
         "192.168.1.60/24",
         "",
         "This head boots BIOS PCs on eth1 as 192.168.1.60/24, and leaves their addresses to the "
         "DHCP server 192.168.1.1."},
        {"nobody to be beside: the owner may want all",
         {card("eth0")},
         {Kind::kProxy, "eth0"},
         LanMode::kOff,
         "",
         kNone,
         "f",
         "This head serves nothing, because no DHCP server answers on eth0, and a proxy needs "
         "one."},
        {"what can not be understood is no DHCP server to be beside",
         {with_lease(card("eth0", {kGarbled}))},
         {Kind::kProxy, "eth0"},
         LanMode::kOff,
         "",
         kNone,
         "",
         "This head serves nothing, because 192.168.1.9 answers on eth0 with what can not be "
         "understood."},
    });
}

TEST_CASE("the owner names a card") {
    check({
        {"the second of two that nobody serves",
         {card("eth0"), card("eth1")},
         {Kind::kFull, "eth1"},
         LanMode::kFull,
         "eth1",
         "10.77.0.1/24",
         "",
         "The network of the cluster is eth1, because the owner wants it and no DHCP server "
         "answers there; this head is 10.77.0.1/24 on it."},
        {"not against a DHCP server",
         {card("eth0", {kRouter}), card("eth1")},
         {Kind::kFull, "eth0"},
         LanMode::kOff,
         "",
         kNone,
         "pf",
         "This head serves nothing, because the DHCP server 192.168.1.1 answers on eth0."},
        {"one without a cable",
         {unplugged("eth0"), card("eth1")},
         {Kind::kFull, "eth0"},
         LanMode::kOff,
         "",
         kNone,
         "f",
         "This head serves nothing, because eth0 has no link: plug a cable in."},
        {"one that is not there",
         {card("eth0", {kRouter})},
         {Kind::kProxy, "eth7"},
         LanMode::kOff,
         "",
         kNone,
         "p",
         "This head serves nothing, because there is no network card eth7."},
        {"one that looks wireless: the owner knows better",
         {wireless("wlan0")},
         {Kind::kFull, "wlan0"},
         LanMode::kFull,
         "wlan0",
         "10.77.0.1/24",
         "",
         "The network of the cluster is wlan0, because the owner wants it and no DHCP server "
         "answers there; this head is 10.77.0.1/24 on it."},
    });
}

TEST_CASE("the head's address is one that nobody has") {
    const auto address = [](std::vector<LanNic> nics) {
        return plan_lan({std::move(nics), {}}).address.to_string();
    };
    CHECK(address({with_taken(card("eth0"), {ip("10.77.0.1")})}) == "10.78.0.1/24");
    CHECK(address({with_taken(card("eth0"), {ip("10.78.0.1"), ip("10.77.0.1")})}) ==
          "10.79.0.1/24");
    CHECK(address({card("eth0"), with_taken(card("eth1"), {ip("10.77.0.1")})}) == "10.77.0.1/24");
    // Another cluster, or a network of that number, on the other card.
    CHECK(address({card("eth0"), card("eth1", {kAnother77})}) == "10.78.0.1/24");
    LanNic leased = card("eth1", {kRouter});
    leased.leased = Ipv4Network{ip("10.77.0.99"), 16};
    CHECK(address({card("eth0"), leased}) == "10.78.0.1/24");
    // All of 10.0.0.0/8 is on the other card: ours is a small part of it.
    CHECK(address({card("eth0"), card("eth1", {kWide})}) == "10.77.0.1/24");
    CHECK(address({card("eth0"), card("eth1", {kWide, kAnother77})}) == "10.78.0.1/24");
}

TEST_CASE("all addresses are taken") {
    const LanPlan plan = plan_lan({{with_taken(card("eth0"), head_addresses())}, {}});
    CHECK(plan.mode == LanMode::kOff);
    CHECK(plan.keys.empty());
    CHECK(plan.reason ==
          "This head serves nothing, because all addresses it could have on eth0 are taken.");
}

TEST_CASE("addresses and leases are of one network") {
    const std::vector<Ipv4> addresses = head_addresses();
    REQUIRE(addresses.size() == 10);
    CHECK(addresses.front() == ip("10.77.0.1"));
    CHECK(addresses.back() == ip("10.86.0.1"));
    const LanPlan plan = plan_lan({{with_taken(card("eth0"), {ip("10.77.0.1")})}, {}});
    CHECK(plan.first_lease == ip("10.78.0.20"));
    CHECK(plan.last_lease == ip("10.78.0.250"));
}

TEST_CASE("a key says what it does, and its wish does it") {
    std::vector<LanNic> nics{card("eth0", {kLab}), with_lease(card("eth1", {kRouter}))};
    const LanPlan plan = plan_lan({nics, {}});
    REQUIRE(plan.keys.size() == 2);
    CHECK(plan.keys.at(1).key == '2');
    CHECK(plan.keys.at(1).text == "boot BIOS PCs on eth1 beside the DHCP server 192.168.1.1");
    CHECK(plan_lan({nics, plan.keys.at(1).wish}).mode == LanMode::kProxy);

    nics = {card("eth0", {kRouter}), card("eth1")};
    const LanPlan refused = plan_lan({nics, {Kind::kFull, "eth0"}});
    REQUIRE(refused.keys.size() == 2);
    CHECK(refused.keys.at(1).text == "serve eth1, with addresses and all");
    CHECK(plan_lan({nics, refused.keys.at(1).wish}).interface == "eth1");
}
