// SPDX-License-Identifier: GPL-2.0-only
// The pure parts of serving a network: settings, facts, files, the node image, what
// lease-event hands on.
#include "base/file.hpp"
#include "base/process.hpp"
#include "dolmend/lan_files.hpp"
#include "dolmend/lan_network.hpp"
#include "dolmend/lan_wish.hpp"
#include "dolmend/lease_message.hpp"
#include "dolmend/node_image.hpp"
#include "dolmend/options.hpp"

#include <doctest/doctest.h>
#include <cstdlib>

using namespace dolmen;
using namespace dolmen::daemon;
using namespace std::chrono_literals;

namespace {

Ipv4 ip(const char* text) {
    return Ipv4::parse(text).value();
}

LanCard card(int index, const char* name, bool has_link = true) {
    LanCard card;
    card.nic = {index, name, {}};
    card.wired = true;
    card.on = true;
    card.has_link = has_link;
    return card;
}

net::NicAnswers silence(const char* name) {
    return {name, {}, ""};
}

net::NicAnswers router(const char* name) {
    net::DhcpAnswer answer;
    answer.server = ip("192.168.1.1");
    answer.offered = ip("192.168.1.77");
    answer.prefix = 24;
    return {name, {answer}, ""};
}

}  // namespace

TEST_CASE("the option \"lan\", in the file and on the kernel's command line") {
    Options options;
    CHECK(options.lan == LanOption::kAuto);
    REQUIRE(apply_toml("lan = \"proxy\"", options));
    CHECK(options.lan == LanOption::kProxy);
    CHECK(parse_lan("off").value() == LanOption::kOff);
    CHECK(parse_lan("direct").value() == LanOption::kDirect);
    CHECK(parse_lan("full").value() == LanOption::kFull);
    for (const char* wrong : {"lan = 1", "lan = \"\"", "lan = \"Auto\""})
        CHECK_FALSE(apply_toml(wrong, options));
    CHECK(parse_lan("on").error().to_string().find("want \"auto\"") != std::string::npos);
}

TEST_CASE("a card that was not asked tells nothing, one that answered does") {
    const std::vector<LanCard> cards{card(2, "eth0"), card(3, "eth1"), card(4, "eth2", false)};
    const auto nics =
        to_lan_nics(cards, {router("eth0"), {"eth2", {}, "it has no link"}},
                    {{2, {ip("192.168.1.50"), 24}, true}, {3, {ip("10.9.9.9"), 8}, false}});
    REQUIRE(nics.size() == 3);
    CHECK(nics[0].probed);
    REQUIRE(nics[0].servers.size() == 1);
    CHECK(nics[0].servers[0].network->to_string() == "192.168.1.77/24");
    CHECK(nics[0].leased->to_string() == "192.168.1.50/24");
    CHECK_FALSE(nics[1].probed);
    // An address that somebody has set by hand is none of a DHCP server.
    CHECK_FALSE(nics[1].leased);
    CHECK_FALSE(nics[2].probed);
    CHECK_FALSE(nics[2].has_link);
}

TEST_CASE("a daemon that starts again keeps card and address, while nobody else serves it") {
    const std::vector<LanCard> cards{card(2, "eth0"), card(3, "eth1")};
    const std::vector<net::OwnAddress> own{{3, {ip("10.78.0.1"), 24}, false}};
    const auto plan = [&](const net::NicAnswers& eth1, const std::vector<net::OwnAddress>& mine) {
        return model::plan_lan(
            {keep_own_place(to_lan_nics(cards, {silence("eth0"), eth1}, mine), cards, mine), {}});
    };
    CHECK(plan(silence("eth1"), own).interface == "eth1");
    CHECK(plan(silence("eth1"), own).address.to_string() == "10.78.0.1/24");
    CHECK(plan(silence("eth1"), {}).interface == "eth0");
    CHECK(plan(silence("eth1"), {}).address.to_string() == "10.77.0.1/24");
    CHECK(plan(router("eth1"), own).interface == "eth0");
    // Given by a DHCP server: not our own choice.
    CHECK(plan(silence("eth1"), {{3, {ip("10.78.0.1"), 24}, true}}).interface == "eth0");
}

TEST_CASE("the firmware's UUID, or zeros") {
    const auto uuid = parse_uuid("00112233-4455-6677-8899-AABBCCDDEEFF\n");
    CHECK(uuid[1] == 0x11);
    CHECK(uuid[15] == 0xff);
    for (const char* wrong : {"", "Not Settable", "00112233-4455-6677-8899-AABBCCDDEE",
                              "00112233-4455-6677-8899-AABBCCDDEEFF00"})
        CHECK(parse_uuid(wrong) == std::array<std::uint8_t, 16>{});
}

TEST_CASE("what the owner wanted is found again") {
    for (const model::LanWish& wish :
         {model::LanWish{}, model::LanWish{model::LanWish::Kind::kProxy, "enp3s0"},
          model::LanWish{model::LanWish::Kind::kFull, ""}})
        CHECK(parse_wish(to_text(wish)).value() == wish);
    CHECK_FALSE(parse_wish(""));
    CHECK_FALSE(parse_wish("all eth0"));
}

TEST_CASE("the files by which the head takes its place") {
    const Ipv4Network address{ip("10.77.0.1"), 24};
    const std::string network = network_file("eth0", address);
    CHECK(network.find("[Match]\nName=eth0\n") != std::string::npos);
    CHECK(network.find("\nAddress=10.77.0.1/24\n") != std::string::npos);
    CHECK(network.find("DHCP=") == std::string::npos);
    CHECK(exports_file(address).find("\n/ 10.77.0.0/24(rw,") != std::string::npos);
    CHECK(exports_file(address).find(",crossmnt") == std::string::npos);
}

TEST_CASE("what nodes boot is what the package has") {
    std::string directory = "/tmp/dolmen-image-test.XXXXXX";
    REQUIRE(::mkdtemp(directory.data()) != nullptr);
    const auto missing = read_node_image(directory);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().to_string().find("dolmen-node-image") != std::string::npos);
    REQUIRE(write_file_atomically(directory + "/build", "0.1.0-abc\n"));
    const auto image = read_node_image(directory);
    REQUIRE(image);
    CHECK(image->build == "0.1.0-abc");
    CHECK(image->initrds == std::vector<std::string>{"node.img"});
    REQUIRE(write_file_atomically(directory + "/firmware.img", ""));
    const auto with_firmware = read_node_image(directory);
    REQUIRE(with_firmware);
    CHECK(with_firmware->initrds.back() == "firmware.img");
    CHECK(with_firmware->files.at("firmware.img") == directory + "/firmware.img");
    REQUIRE(write_file_atomically(directory + "/build", "../etc\n"));
    CHECK_FALSE(read_node_image(directory));
    static_cast<void>(run_command({"rm", "-rf", directory}, 10s));
}

TEST_CASE("a plan of the network becomes one of what boots") {
    model::LanPlan lan;
    lan.mode = model::LanMode::kFull;
    lan.interface = "eth0";
    lan.address = {ip("10.77.0.1"), 24};
    lan.first_lease = ip("10.77.0.20");
    lan.last_lease = ip("10.77.0.250");
    const NodeImage image{"b1", {}, {"node.img", "firmware.img"}};
    const pxe::BootPlan plan = to_boot_plan(lan, image, 150, {});
    REQUIRE(pxe::check(plan));
    CHECK(plan.mode == pxe::DhcpMode::kFull);
    CHECK(plan.arguments.back() == "dolmen.timeout_percent=150");
    CHECK(plan.initrds == image.initrds);
    CHECK(to_boot_plan(lan, image, 100, {}).arguments == pxe::BootPlan().arguments);
    lan.mode = model::LanMode::kProxy;
    CHECK(to_boot_plan(lan, image, 100, {}).mode == pxe::DhcpMode::kProxy);
    CHECK(to_boot_plan({}, image, 100, {}).mode == pxe::DhcpMode::kOff);
}

TEST_CASE("what dnsmasq calls lease-event with comes through") {
    const LeaseCall call{{"add", "52:54:00:77:00:02", "10.77.0.21", "name with blanks"}, "PXE"};
    CHECK(decode_lease_call(encode(call)) == call);
    CHECK(decode_lease_call(encode(LeaseCall{})) == LeaseCall{});
    CHECK_FALSE(decode_lease_call(""));
    CHECK_FALSE(decode_lease_call("no end"));
    CHECK_FALSE(decode_lease_call(std::string(kLeaseMessageLimit + 1, '\0')));
}
