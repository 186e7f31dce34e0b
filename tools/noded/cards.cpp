// SPDX-License-Identifier: GPL-2.0-only
#include "noded/cards.hpp"

#include "net/mac.hpp"

#include <algorithm>
#include <tuple>

namespace dolmen::node {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kFirstDelay = 1s;
constexpr std::chrono::milliseconds kLongestDelay = 30s;
// Of "01-aa-bb-...": the type of the hardware, Ethernet.
constexpr std::string_view kEthernet = "01-";

}  // namespace

std::optional<std::string> mac_of_bootif(std::string_view text) {
    if (!text.starts_with(kEthernet))
        return std::nullopt;
    std::string mac(text.substr(kEthernet.size()));
    std::replace(mac.begin(), mac.end(), '-', ':');
    const auto parsed = net::parse_mac(mac);
    if (!parsed)
        return std::nullopt;
    return net::to_string(*parsed);
}

std::string bootif_of_mac(std::string mac) {
    std::replace(mac.begin(), mac.end(), ':', '-');
    return std::string(kEthernet) + mac;
}

std::vector<Card> merge_cards(const std::vector<Card>& before,
                              const std::vector<net::NetworkLink>& links) {
    std::vector<Card> cards;
    for (const net::NetworkLink& link : links) {
        if (!link.ethernet || link.loopback || link.mac.empty())
            continue;
        Card card{link.index, link.name, link.mac, link.up, link.up && link.carrier, 0, {}};
        // A card that was pulled and put back has another index: it starts anew.
        const auto known = std::find_if(before.begin(), before.end(), [&](const Card& old) {
            return old.index == link.index && old.mac == link.mac;
        });
        if (known != before.end()) {
            card.failures = known->failures;
            card.not_before = known->not_before;
        }
        cards.push_back(std::move(card));
    }
    return cards;
}

const Card* choose_card(const std::vector<Card>& cards, const std::string& boot_mac,
                        SteadyClock::time_point now, bool boot_card_first) {
    const Card* best = nullptr;
    const auto rank = [&](const Card& card) {
        return std::make_tuple(card.failures, card.mac != boot_mac, card.index);
    };
    const bool only_boot_card =
        boot_card_first && std::none_of(cards.begin(), cards.end(), [&](const Card& card) {
            return card.mac == boot_mac && card.failures > 0;
        });
    for (const Card& card : cards) {
        if (!card.link || now < card.not_before || (only_boot_card && card.mac != boot_mac))
            continue;
        if (best == nullptr || rank(card) < rank(*best))
            best = &card;
    }
    return best;
}

std::chrono::milliseconds card_delay(unsigned failures) {
    const unsigned doublings = std::min(std::max(failures, 1U) - 1, 8U);
    return std::min(kFirstDelay * (1U << doublings), kLongestDelay);
}

}  // namespace dolmen::node
