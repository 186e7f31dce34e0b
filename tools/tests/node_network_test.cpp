// SPDX-License-Identifier: GPL-2.0-only
// A node's way to an address: busybox's udhcpc as the node runs it, against dnsmasq, in
// network namespaces. As root, with ip, dnsmasq and busybox.
#define DOCTEST_CONFIG_IMPLEMENT
#include "cable_network.hpp"
#include "noded/network.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <unistd.h>
#include <cstdio>
#include <optional>

using namespace dolmen;
using namespace dolmen::node;
using namespace dolmen::tests;
using namespace std::chrono_literals;

namespace {

struct Lan {
    explicit Lan(unsigned cables = 1) {
        auto created = CableNetwork::create(cables);
        REQUIRE_MESSAGE(created, text_of(created));
        network = std::move(*created);
    }
    Process dnsmasq(unsigned cable, const std::string& range) {
        auto started = network->start_dnsmasq(
            cable, {"--dhcp-authoritative", "--no-ping", "--dhcp-range=" + range + ",2m"});
        REQUIRE_MESSAGE(started, text_of(started));
        return std::move(*started);
    }
    std::string mac(const std::string& card) {
        auto netlink = net::Netlink::create().value();
        const auto links = netlink.links().value();
        for (const net::NetworkLink& link : links)
            if (link.name == card)
                return link.mac;
        return "";
    }
    // All IPv4 addresses of this machine, as ip says it.
    std::string addresses() {
        return run_command({"ip", "-4", "-o", "address", "show"}, 10s).value().output;
    }
    bool has(const std::string& address) {
        return addresses().find(" " + address + " ") != std::string::npos;
    }

    std::unique_ptr<CableNetwork> network;
};

struct Node {
    explicit Node(const std::string& boot_mac = "", const std::string& address = "") {
        NetworkOptions options;
        options.boot_mac = boot_mac;
        options.dhcp_script = DHCP_SCRIPT;
        if (!address.empty())
            options.address = net::parse_address(address).value();
        network.emplace(Network::create(std::move(options), screen).value());
    }
    Place place(std::chrono::milliseconds limit = 40s) {
        const auto found = network->wait_for_place(limit);
        REQUIRE_MESSAGE(found, text_of(found));
        REQUIRE(found->has_value());
        return **found;
    }
    // What check() says within a while; empty: nothing has changed.
    std::string change() {
        const auto deadline = Deadline::after(20s);
        while (!deadline.passed()) {
            const auto said = network->check();
            REQUIRE_MESSAGE(said, text_of(said));
            if (!said->empty())
                return *said;
            static_cast<void>(wait_for(network->fd(), POLLIN, 100));
        }
        return "";
    }

    Screen screen = Screen::of_log();
    std::optional<Network> network;
};

std::string missing() {
    if (::geteuid() != 0)
        return "not root";
    for (const char* program : {"ip", "nsenter", "dnsmasq", "busybox"})
        if (!run_command({program, "--help"}, 10s))
            return std::string("no program ") + program;
    return "";
}

}  // namespace

TEST_CASE("an address by DHCP is on the card as long as it is leased") {
    Lan lan;
    auto server = lan.dnsmasq(0, "192.0.2.50,192.0.2.50");
    {
        Node node;
        const Place place = node.place();
        CHECK(place.card == "head0");
        CHECK(place.mac == lan.mac("head0"));
        CHECK(place.address.ip == "192.0.2.50");
        CHECK(place.address.prefix == 24);
        CHECK(place.server == "192.0.2.1");
        CHECK(lan.has("192.0.2.50/24"));
        // Renewal leaves all as it is.
        node.network->renew();
        CHECK(node.network->check().value().empty());
        CHECK(node.place(0ms).address.ip == "192.0.2.50");
    }
    // What another life of the program has left there goes.
    REQUIRE(lan.network->run_here({"ip", "address", "add", "203.0.113.9/24", "dev", "head0"}));
    Node again;
    CHECK(again.place().address.ip == "192.0.2.50");
    CHECK_FALSE(lan.has("203.0.113.9/24"));
}

TEST_CASE("a server that comes later is found") {
    Lan lan;
    Node node;
    CHECK_FALSE(node.network->wait_for_place(7s)->has_value());
    auto server = lan.dnsmasq(0, "192.0.2.50,192.0.2.60");
    CHECK(node.place().card == "head0");
}

TEST_CASE("the card of the boot first, then the other") {
    Lan lan(2);
    auto server = lan.dnsmasq(1, "198.51.100.50,198.51.100.60");
    Node node(lan.mac("head0"));
    CHECK(node.place().card == "head1");
}

TEST_CASE("an address that the server gives to nobody any more is given up") {
    Lan lan;
    std::optional<Process> server(lan.dnsmasq(0, "192.0.2.50,192.0.2.50"));
    Node node;
    CHECK(node.place().address.ip == "192.0.2.50");
    server.reset();
    server.emplace(lan.dnsmasq(0, "192.0.2.70,192.0.2.70"));
    node.network->renew();
    CHECK_FALSE(node.change().empty());
    CHECK(node.place().address.ip == "192.0.2.70");
    CHECK_FALSE(lan.has("192.0.2.50/24"));
    CHECK(lan.has("192.0.2.70/24"));
}

TEST_CASE("a cable that is pulled and put back") {
    Lan lan;
    auto server = lan.dnsmasq(0, "192.0.2.50,192.0.2.60");
    Node node;
    const std::string address = node.place().address.ip;
    REQUIRE(lan.network->run_there({"ip", "link", "set", "lan0", "down"}));
    CHECK_FALSE(node.network->wait_for_place(1s)->has_value());
    REQUIRE(lan.network->run_there({"ip", "link", "set", "lan0", "up"}));
    CHECK(node.place().address.ip == address);
}

TEST_CASE("a given address, and another card where there is no head") {
    Lan lan(2);
    Node node(lan.mac("head1"), "10.77.0.101/24");
    CHECK(node.place().card == "head1");
    CHECK(lan.has("10.77.0.101/24"));
    CHECK(node.network->fd() == -1);
    node.network->look_elsewhere();
    CHECK_FALSE(lan.has("10.77.0.101/24"));
    CHECK(node.place().card == "head0");
    CHECK(lan.has("10.77.0.101/24"));
    node.network->look_elsewhere();
    CHECK(node.place().card == "head1");
}

int main(int argc, char** argv) {
    const std::string why = missing();
    if (!why.empty()) {
        std::printf("skipped: %s\n", why.c_str());
        return kSkipped;
    }
    return doctest::Context(argc, argv).run();
}
