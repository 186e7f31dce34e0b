// SPDX-License-Identifier: GPL-2.0-only
#include "noded/network.hpp"

#include "base/log.hpp"
#include "noded/texts.hpp"

#include <algorithm>
#include <thread>

namespace dolmen::node {
namespace {

using namespace std::chrono_literals;

// How often cards and links are looked at while there is no address.
constexpr std::chrono::milliseconds kLook = 100ms;

}  // namespace

Result<Network> Network::create(NetworkOptions options, Screen& screen) {
    net::Netlink netlink = DOLMEN_TRY(net::Netlink::create());
    return Network(std::move(options), screen, std::move(netlink));
}

Result<Place> Network::wait_for_place() {
    for (;;) {
        const auto place = DOLMEN_TRY(wait_for_place(std::chrono::hours(1)));
        if (place)
            return *place;
    }
}

Result<std::optional<Place>> Network::wait_for_place(std::chrono::milliseconds limit) {
    const auto deadline = Deadline::after(limit);
    for (;;) {
        DOLMEN_TRY(take_all_news());
        DOLMEN_TRY(look_at_cards());
        if (current_ == 0)
            DOLMEN_TRY(begin());
        if (place_ || deadline.passed())
            return place_;
        if (client_)
            static_cast<void>(DOLMEN_TRY(take_news(kLook)));
        else
            std::this_thread::sleep_for(kLook);
    }
}

Result<> Network::look_at_cards() {
    cards_ = merge_cards(cards_, DOLMEN_TRY(netlink_.links()));
    for (const Card& card : cards_) {
        if (card.up)
            continue;
        // A card that can not be switched on must not keep us from the others.
        if (const auto done = netlink_.set_up(card.index); !done)
            log::debug("{}: {}", card.name, done.error().to_string());
    }
    const Card* card = current();
    if (current_ != 0 && (card == nullptr || !card->link)) {
        if (card != nullptr)
            screen_.state(text::cable_out(card->name));
        leave();
    }
    return {};
}

Result<> Network::begin() {
    const auto now = SteadyClock::now();
    const bool boot_card_first = !options_.boot_mac.empty() && now < boot_card_until_;
    const Card* card = choose_card(cards_, options_.boot_mac, now, boot_card_first);
    if (card == nullptr) {
        say_why_none();
        return {};
    }
    // What another life of this program has left there.
    DOLMEN_TRY(netlink_.remove_addresses(card->index));
    if (options_.address) {
        DOLMEN_TRY(netlink_.add_address(card->index, *options_.address));
        place_ = Place{card->name, card->mac, *options_.address, ""};
    } else {
        screen_.step(text::asking(card->name));
        client_ = DOLMEN_TRY(DhcpClient::start(card->name, options_.dhcp_script));
    }
    current_ = card->index;
    return {};
}

void Network::say_why_none() {
    // Drivers and links take their time.
    if (SteadyClock::now() < boot_card_until_)
        return;
    if (cards_.empty()) {
        screen_.problem(text::no_card());
        return;
    }
    if (std::any_of(cards_.begin(), cards_.end(), [](const Card& card) { return card.link; }))
        return;
    std::vector<std::string> names;
    for (const Card& card : cards_)
        names.push_back(card.name);
    screen_.problem(text::no_cable(names));
}

Result<bool> Network::take_news(std::chrono::milliseconds limit) {
    const auto news = client_->next(limit);
    if (!news) {
        fail_card();
        return fail(Error(news.error()));
    }
    if (!*news)
        return false;
    switch ((*news)->kind) {
        case DhcpNews::Kind::kBound:
            DOLMEN_TRY(take_address(**news));
            break;
        case DhcpNews::Kind::kLost:
            if (place_)
                screen_.state(text::address_lost(place_->card));
            place_.reset();
            DOLMEN_TRY(netlink_.remove_addresses(current_));
            break;
        case DhcpNews::Kind::kSilent:
            fail_card();
            break;
    }
    return true;
}

Result<> Network::take_all_news() {
    while (client_ && DOLMEN_TRY(take_news(0ms))) {
    }
    return {};
}

Result<> Network::take_address(const DhcpNews& news) {
    Card* card = current();
    if (card == nullptr)
        return {};
    const net::Address address{news.address.address.to_string(), news.address.prefix};
    const bool same =
        place_ && place_->address.ip == address.ip && place_->address.prefix == address.prefix;
    if (!same)
        DOLMEN_TRY(netlink_.remove_addresses(card->index));
    DOLMEN_TRY(netlink_.add_address(card->index, address));
    const std::string server = news.server.is_set() ? news.server.to_string() : "";
    place_ = Place{card->name, card->mac, address, server};
    return {};
}

void Network::leave() {
    client_.reset();
    place_.reset();
    if (current_ != 0)
        // A card that is gone has none.
        static_cast<void>(netlink_.remove_addresses(current_));
    current_ = 0;
}

void Network::fail_card() {
    if (Card* card = current()) {
        const auto delay = card_delay(++card->failures);
        card->not_before = SteadyClock::now() + delay;
        screen_.problem(text::no_answer(card->name, delay));
    }
    leave();
}

void Network::look_elsewhere() {
    Card* card = current();
    const bool another = std::any_of(cards_.begin(), cards_.end(), [&](const Card& other) {
        return other.link && other.index != current_;
    });
    if (card == nullptr || !another)
        return;
    ++card->failures;
    leave();
}

void Network::found_head() {
    if (Card* card = current())
        card->failures = 0;
}

Result<std::string> Network::check() {
    const auto before = place_;
    DOLMEN_TRY(take_all_news());
    if (!before)
        return std::string();
    if (!place_)
        return "the address " + before->address.ip + " is no longer ours";
    if (place_->address.ip != before->address.ip)
        return "the address is " + place_->address.ip + " now";
    return std::string();
}

void Network::renew() {
    if (client_)
        static_cast<void>(client_->renew());
}

Card* Network::current() {
    const auto found = std::find_if(cards_.begin(), cards_.end(),
                                    [&](const Card& card) { return card.index == current_; });
    return found == cards_.end() ? nullptr : &*found;
}

}  // namespace dolmen::node
