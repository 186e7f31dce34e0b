// SPDX-License-Identifier: GPL-2.0-only
// The lines are those of dnsmasq 2.90 and nginx 1.22.
#include "pxe/lib/boot_event.hpp"

#include <doctest/doctest.h>
#include <random>

using namespace dolmen::pxe;

namespace {

const std::string kMac = "52:54:00:00:77:01";
const std::string kIp = "10.77.0.22";
const char* const kBios = "PXEClient:Arch:00000:UNDI:002001";
const char* const kUefi = "PXEClient:Arch:00007:UNDI:003016";

std::string access(const std::string& rest) {
    return "<190>Nov 22 23:26:10 dolmen_boot: " + rest;
}

}  // namespace

TEST_CASE("a lease for firmware and a lease for Linux are told apart") {
    CHECK(lease_event({"add", kMac, kIp}, kBios) == BootEvent(DhcpRequest{kMac, kIp, true, ""}));
    CHECK(lease_event({"old", kMac, kIp, "host2"}, "udhcp 1.35.0") ==
          BootEvent(DhcpRequest{kMac, kIp, false, ""}));
    CHECK(lease_event({"add", kMac, kIp}, "") == BootEvent(DhcpRequest{kMac, kIp, false, ""}));
    CHECK(lease_event({"add", "52:54:00:AB:cd:EF", kIp}, "") ==
          BootEvent(DhcpRequest{"52:54:00:ab:cd:ef", kIp, false, ""}));
}

TEST_CASE("firmware that gets no loader is told why") {
    const auto event = lease_event({"add", kMac, kIp}, kUefi);
    REQUIRE(event);
    CHECK(std::get<DhcpRequest>(*event).network_boot);
    CHECK(std::get<DhcpRequest>(*event).problem.find("UEFI") != std::string::npos);
    CHECK(std::get<DhcpRequest>(*lease_event({"add", kMac, kIp}, "PXEClient")).problem.empty());
    CHECK_FALSE(std::get<DhcpRequest>(*lease_event({"add", kMac, kIp}, "PXEClient:Arch:x"))
                    .problem.empty());
}

TEST_CASE("leases from before and leases that end") {
    CHECK(lease_event({"old", kMac, kIp}, "") == BootEvent(AddressOwner{kMac, kIp}));
    CHECK(lease_event({"del", kMac, kIp, "host"}, "") == BootEvent(LeaseEnd{kMac}));
}

TEST_CASE("files sent by TFTP") {
    CHECK(lease_event({"tftp", "75072", kIp, "/srv/dolmen/lpxelinux.0"}, "") ==
          BootEvent(FileRequest{kIp, "", "lpxelinux.0"}));
}

TEST_CASE("calls that tell nothing") {
    using Arguments = std::vector<std::string>;
    for (const Arguments& arguments : {Arguments{},
                                       {"init"},
                                       {"add"},
                                       {"add", kMac},
                                       {"add", kMac, ""},
                                       {"add", "", kIp},
                                       {"add", "01-" + kMac, kIp},
                                       {"add", kMac + "0", kIp},
                                       {"add", "52:54:00:00:77:0g", kIp},
                                       {"add", "52-54-00-00-77-01", kIp},
                                       {"add", kMac, "10.77.0.256"},
                                       {"add", kMac, "::1"},
                                       {"frobnicate", kMac, kIp},
                                       {"arp-add", kMac, kIp},
                                       {"tftp", "1", kIp},
                                       {"tftp", "1", "nobody", "/srv/x"},
                                       {"tftp", "1", kIp, ""},
                                       {"tftp", "1", kIp, "/srv/"}})
        CHECK_FALSE(lease_event(arguments, kBios));
}

TEST_CASE("dnsmasq's log: the first packet, and machines with other people's addresses") {
    CHECK(dhcp_log_event("dnsmasq-dhcp[10893]: 2542087030 DHCPDISCOVER(eth1) " + kMac + " ") ==
          BootEvent(DhcpRequest{kMac, "", false, ""}));
    CHECK(dhcp_log_event("dnsmasq-dhcp[1]: 25 DHCPREQUEST(eth1) " + kIp + " " + kMac + " ") ==
          BootEvent(DhcpRequest{kMac, kIp, false, ""}));
    CHECK(dhcp_log_event("dnsmasq-dhcp[1]: 305419896 PXE(eth1) " + kMac + " proxy") ==
          BootEvent(DhcpRequest{kMac, "", true, ""}));
    CHECK(dhcp_log_event("dnsmasq-dhcp[1]: 3 PXE(eth1) " + kIp + " " + kMac + " lpxelinux.0") ==
          BootEvent(DhcpRequest{kMac, kIp, true, ""}));
    const auto ignored = dhcp_log_event("dnsmasq-dhcp[1]: 3 PXE(eth1) " + kMac + " proxy-ignored");
    REQUIRE(ignored);
    CHECK(std::get<DhcpRequest>(*ignored).problem.find("UEFI") != std::string::npos);
}

TEST_CASE("dnsmasq's log: what is no request, or was made up by a client") {
    for (const std::string& line :
         {std::string(), std::string("dnsmasq-dhcp[1]:"), std::string("dnsmasq-dhcp[1]: 3"),
          std::string("dnsmasq[10893]: started, version 2.90 DNS disabled"),
          std::string("dnsmasq-dhcp[1]: DHCP, proxy on subnet 10.77.0.0"),
          "dnsmasq-dhcp[1]: 3 DHCPOFFER(eth1) " + kIp + " " + kMac,
          "dnsmasq-dhcp[1]: 3 vendor class: PXE(eth1) " + kMac + " proxy",
          "dnsmasq-dhcp[1]: 3 client provides name: PXE(eth1) " + kMac,
          "dnsmasq-dhcp[1]: x PXE(eth1) " + kMac + " proxy",
          "dnsmasq-dhcp[1]: 3 PXE " + kMac + " proxy", "dnsmasq-dhcp[1]: 3 PXE( " + kMac,
          std::string("dnsmasq-dhcp[1]: 3 PXE(eth1) "), "evil: 3 PXE(eth1) " + kMac})
        CHECK_MESSAGE(!dhcp_log_event(line), line);
}

TEST_CASE("files sent by HTTP, whole and in part") {
    CHECK(access_event(access(kIp + " 200 whole GET /boot/b1/vmlinuz")) ==
          BootEvent(FileRequest{kIp, "b1", "vmlinuz", 200, true}));
    CHECK(access_event(access(kIp + " 200 part GET /boot/b1/node.img")) ==
          BootEvent(FileRequest{kIp, "b1", "node.img", 200, false}));
    CHECK(access_event(access(kIp + " 404 whole GET /boot/b0/vmlinuz")) ==
          BootEvent(FileRequest{kIp, "b0", "vmlinuz", 404, true}));
}

TEST_CASE("requests by HTTP that are for no file of a build") {
    for (const char* rest :
         {"", "10.77.0.22", "10.77.0.22 200 whole HEAD /boot/b1/vmlinuz",
          "10.77.0.22 404 whole GET /favicon.ico", "10.77.0.22 404 whole GET /boot/",
          "10.77.0.22 404 whole GET /boot/b1", "10.77.0.22 404 whole GET /boot/b1/",
          "10.77.0.22 404 whole GET /boot/b1/a/b", "10.77.0.22 404 whole GET /boot/b1/a b",
          "10.77.0.22 404 whole GET /boot/../b1", "10.77.0.22 400 whole GET ",
          "10.77.0.22 400 whole - -", "10.77.0.22 1200 whole GET /boot/b1/x",
          "10.77.0.22 -1 whole GET /boot/b1/x", "x 200 whole GET /boot/b1/x",
          "10.77.0.22 404 whole GET /boot/b1/\\x0Ax"})
        CHECK_MESSAGE(!access_event(access(rest)), rest);
    CHECK_FALSE(access_event(""));
    CHECK_FALSE(access_event(kIp + " 200 whole GET /boot/b1/vmlinuz"));
    // The first tag is nginx's own; a later one is part of what a client asked for.
    CHECK_FALSE(access_event(
        access("10.77.0.9 404 whole GET /a dolmen_boot: 10.77.0.22 200 whole GET /boot/b1/x")));
}

// For the sanitizers: whatever comes, no parser reads outside of it.
TEST_CASE("broken lines do no harm") {
    const std::string lines[] = {
        "dnsmasq-dhcp[1]: 305419896 PXE(eth1) " + kIp + " " + kMac + " lpxelinux.0",
        access(kIp + " 200 whole GET /boot/b1/vmlinuz"),
        std::string("add ") + kMac + " " + kIp + " host",
        std::string("tftp 75072 ") + kIp + " /srv/dolmen/lpxelinux.0",
    };
    std::mt19937 random(1);
    const auto feed = [](const std::string& line) {
        static_cast<void>(dhcp_log_event(line));
        static_cast<void>(access_event(line));
        static_cast<void>(lease_event({line}, line));
        static_cast<void>(lease_event({"add", line, line, line}, line));
        static_cast<void>(lease_event({"tftp", line, kIp, line}, line));
    };
    for (const std::string& line : lines) {
        for (std::size_t length = 0; length <= line.size(); ++length)
            feed(line.substr(0, length));
        for (int round = 0; round < 2000; ++round) {
            std::string broken = line;
            for (int change = 0; change < 3; ++change)
                broken[random() % broken.size()] = static_cast<char>(random() % 256);
            feed(broken);
        }
    }
    feed(std::string(1U << 16U, ' '));
    feed(std::string(1U << 16U, 'a'));
}
