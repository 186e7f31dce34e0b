// SPDX-License-Identifier: GPL-2.0-only
// Which card is tried, and what a DHCP client says: pure parts.
#include "noded/cards.hpp"
#include "noded/dhcp_news.hpp"

#include <doctest/doctest.h>

using namespace dolmen;
using namespace dolmen::node;
using namespace std::chrono_literals;

namespace {

constexpr SteadyClock::time_point kNow{1h};

Card card(int index, bool link, unsigned failures = 0) {
    return Card{index,
                "eth" + std::to_string(index),
                "52:54:00:00:00:0" + std::to_string(index),
                true,
                link,
                failures,
                {}};
}

const std::string kBootMac = "52:54:00:00:00:02";

std::string chosen(const std::vector<Card>& cards, bool boot_card_first = false) {
    const Card* found = choose_card(cards, kBootMac, kNow, boot_card_first);
    return found == nullptr ? "none" : found->name;
}

net::NetworkLink link(int index, const std::string& mac) {
    net::NetworkLink link;
    link.index = index;
    link.name = "eth" + std::to_string(index);
    link.mac = mac;
    link.ethernet = link.up = link.carrier = true;
    return link;
}

}  // namespace

TEST_CASE("BOOTIF as PXELINUX writes it") {
    CHECK(mac_of_bootif("01-52-54-00-77-00-0a") == "52:54:00:77:00:0a");
    CHECK(mac_of_bootif("01-52-54-00-77-00-0A") == "52:54:00:77:00:0a");
    CHECK(bootif_of_mac("52:54:00:77:00:0a") == "01-52-54-00-77-00-0a");
    for (const char* bad : {"", "01-", "52:54:00:77:00:0a", "06-52-54-00-77-00-0a",
                            "01-52-54-00-77-00", "01-52-54-00-77-00-0a-0b", "01-zz-54-00-77-00-0a"})
        CHECK_MESSAGE(!mac_of_bootif(bad), bad);
}

TEST_CASE("the card of the boot comes first, one that failed comes later") {
    CHECK(chosen({}) == "none");
    CHECK(chosen({card(1, false), card(2, false)}) == "none");
    CHECK(chosen({card(1, true), card(2, true)}) == "eth2");
    CHECK(chosen({card(1, true), card(2, true, 1)}) == "eth1");
    CHECK(chosen({card(1, true, 1), card(2, true, 1)}) == "eth2");
    CHECK(chosen({card(1, true, 2), card(2, true, 1), card(3, true, 1)}) == "eth2");
    // For a while it alone is waited for, unless it has failed.
    CHECK(chosen({card(1, true), card(2, false)}, true) == "none");
    CHECK(chosen({card(1, true)}, true) == "none");
    CHECK(chosen({card(1, true), card(2, false, 1)}, true) == "eth1");
    CHECK(chosen({card(1, true), card(2, false)}, false) == "eth1");
}

TEST_CASE("a card rests after a failure, longer each time") {
    Card resting = card(1, true, 1);
    resting.not_before = kNow + 1s;
    CHECK(chosen({resting}) == "none");
    CHECK(chosen({resting, card(3, true, 4)}) == "eth3");
    resting.not_before = kNow;
    CHECK(chosen({resting}) == "eth1");
    CHECK(card_delay(0) == 1s);
    CHECK(card_delay(1) == 1s);
    CHECK(card_delay(3) == 4s);
    CHECK(card_delay(6) == 30s);
    CHECK(card_delay(4'000'000'000U) == 30s);
}

TEST_CASE("what is known of a card stays with it") {
    std::vector<Card> cards = merge_cards({}, {link(2, "52:54:00:00:00:01")});
    REQUIRE(cards.size() == 1);
    CHECK(cards.at(0).link);
    cards.at(0).failures = 3;
    CHECK(merge_cards(cards, {link(2, "52:54:00:00:00:01")}).at(0).failures == 3);
    // Pulled out and plugged in again.
    CHECK(merge_cards(cards, {link(5, "52:54:00:00:00:01")}).at(0).failures == 0);
    CHECK(merge_cards(cards, {link(2, "52:54:00:00:00:09")}).at(0).failures == 0);
    CHECK(merge_cards(cards, {}).empty());
    net::NetworkLink other = link(1, "");
    CHECK(merge_cards({}, {other}).empty());
    other = link(1, "00:00:00:00:00:00");
    other.loopback = true;
    CHECK(merge_cards({}, {other}).empty());
    // Carrier of a card that is off means nothing.
    other = link(1, "52:54:00:00:00:01");
    other.up = false;
    CHECK_FALSE(merge_cards({}, {other}).at(0).link);
}

TEST_CASE("what udhcpc's script writes") {
    const auto bound = parse_dhcp_news("bound 10.77.0.21 24 10.77.0.1");
    REQUIRE(bound);
    CHECK(bound->kind == DhcpNews::Kind::kBound);
    CHECK(bound->address.to_string() == "10.77.0.21/24");
    CHECK(bound->server.to_string() == "10.77.0.1");
    CHECK(parse_dhcp_news("renew 192.168.1.9 16 -")->address.to_string() == "192.168.1.9/16");
    CHECK_FALSE(parse_dhcp_news("renew 192.168.1.9 16 -")->server.is_set());
    CHECK(parse_dhcp_news("bound 192.168.1.9 - 192.168.1.1")->address.prefix == 24);
    CHECK(parse_dhcp_news("deconfig - - -")->kind == DhcpNews::Kind::kLost);
    CHECK(parse_dhcp_news("nak 10.0.0.1 8 10.0.0.2")->kind == DhcpNews::Kind::kLost);
    CHECK(parse_dhcp_news("leasefail - - -")->kind == DhcpNews::Kind::kSilent);
}

TEST_CASE("what no good server would say is refused") {
    for (const char* bad :
         {"", "bound", "bound 10.0.0.5 24", "bound - 24 10.0.0.1", "bound 10.0.0.5 33 10.0.0.1",
          "bound 10.0.0.5 0 10.0.0.1", "bound 10.0.0.5 24x 10.0.0.1", "bound 10.0.0.5 -1 10.0.0.1",
          "bound 10.0.0.0 24 10.0.0.1", "bound 10.0.0.255 24 10.0.0.1", "bound 0.0.0.0 24 10.0.0.1",
          "bound 0.1.2.3 24 10.0.0.1", "bound 127.0.0.1 8 10.0.0.1", "bound 224.0.0.5 24 10.0.0.1",
          "bound 255.255.255.255 24 10.0.0.1", "bound 10.0.0.5 24 head",
          "bound 10.0.0.5 24 10.0.0.1 more", "bound 10.0.0 24 10.0.0.1",
          "$(reboot) 10.0.0.5 24 10.0.0.1"})
        CHECK_MESSAGE(!parse_dhcp_news(bad), bad);
}
