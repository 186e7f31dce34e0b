// SPDX-License-Identifier: GPL-2.0-only
// Which of a node's network cards is tried next. Pure.
#pragma once

#include "base/clock.hpp"
#include "net/links.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dolmen::node {

struct Card {
    int index = 0;
    std::string name;
    std::string mac;
    bool up = false;                          // switched on
    bool link = false;                        // has a link partner
    unsigned failures = 0;                    // in a row
    SteadyClock::time_point not_before = {};  // of the next attempt
};

// "01-aa-bb-cc-dd-ee-ff", as PXELINUX writes it: "aa:bb:cc:dd:ee:ff". nullopt: it is
// no Ethernet address.
std::optional<std::string> mac_of_bootif(std::string_view text);
std::string bootif_of_mac(std::string mac);

// The wired cards among `links`, with what is known of them from before.
std::vector<Card> merge_cards(const std::vector<Card>& before,
                              const std::vector<net::NetworkLink>& links);

// Of the cards that have a link and whose time has come: the one with fewest failures,
// then the one that this machine booted from (`boot_mac`, may be empty), then the
// kernel's order. With `boot_card_first` the boot card alone, as long as it has not
// failed. nullptr: none.
const Card* choose_card(const std::vector<Card>& cards, const std::string& boot_mac,
                        SteadyClock::time_point now, bool boot_card_first);

// How long a card rests after its n-th failure in a row (1, 2...).
std::chrono::milliseconds card_delay(unsigned failures);

}  // namespace dolmen::node
