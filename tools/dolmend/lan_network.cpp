// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/lan_network.hpp"

#include "base/file.hpp"

#include <algorithm>

namespace dolmen::daemon {
namespace {

constexpr const char* kFirmwareUuid = "/sys/class/dmi/id/product_uuid";

bool is_head_address(Ipv4 address) {
    const auto all = model::head_addresses();
    return std::find(all.begin(), all.end(), address) != all.end();
}

model::LanServer to_server(const net::DhcpAnswer& answer) {
    model::LanServer server{answer.server, answer.offers_address(), answer.offers_boot, {}};
    if (answer.offers_address() && answer.prefix != 0)
        server.network = Ipv4Network{answer.offered, answer.prefix};
    return server;
}

// The value of a hexadecimal digit; 16: it is none.
unsigned digit_value(char digit) {
    if (digit >= '0' && digit <= '9')
        return static_cast<unsigned>(digit - '0');
    if (digit >= 'a' && digit <= 'f')
        return static_cast<unsigned>(digit - 'a') + 10;
    if (digit >= 'A' && digit <= 'F')
        return static_cast<unsigned>(digit - 'A') + 10;
    return 16;
}

}  // namespace

Result<std::vector<LanCard>> find_cards(const CardPlaces& places) {
    net::Netlink netlink = DOLMEN_TRY(net::Netlink::create());
    std::vector<LanCard> cards;
    for (const net::NetworkLink& link : DOLMEN_TRY(netlink.links())) {
        if (!link.ethernet || link.loopback || !net::has_its_name(link.index, places.udev))
            continue;
        const net::CardKind kind = net::card_kind(places.network_class, link.name);
        const auto nic = net::to_nic(link);
        if (kind == net::CardKind::kVirtual || !nic)
            continue;
        cards.push_back({*nic, kind == net::CardKind::kWired, link.up, link.up && link.carrier});
    }
    std::sort(cards.begin(), cards.end(), [](const LanCard& one, const LanCard& other) {
        return one.nic.name < other.nic.name;
    });
    return cards;
}

Result<> switch_on(const LanCard& card) {
    net::Netlink netlink = DOLMEN_TRY(net::Netlink::create());
    return netlink.set_up(card.nic.index);
}

std::array<std::uint8_t, 16> parse_uuid(const std::string& text) {
    std::array<std::uint8_t, 16> uuid{};
    std::size_t digits = 0;
    for (const char character : text) {
        const unsigned value = digit_value(character);
        if (value < 16 && digits < 2 * uuid.size())
            uuid.at(digits / 2) = static_cast<std::uint8_t>(uuid.at(digits / 2) << 4U | value);
        else if (character != '-' && character != '\n')
            return {};
        if (value < 16)
            ++digits;
    }
    return digits == 2 * uuid.size() ? uuid : std::array<std::uint8_t, 16>{};
}

std::array<std::uint8_t, 16> machine_uuid() {
    return parse_uuid(read_file(kFirmwareUuid).value_or(""));
}

std::vector<model::LanNic> to_lan_nics(const std::vector<LanCard>& cards,
                                       const std::vector<net::NicAnswers>& answers,
                                       const std::vector<net::OwnAddress>& own) {
    std::vector<model::LanNic> nics;
    for (const LanCard& card : cards) {
        model::LanNic nic;
        nic.name = card.nic.name;
        nic.has_link = card.has_link;
        nic.wired = card.wired;
        for (const net::NicAnswers& found : answers) {
            if (found.interface != card.nic.name)
                continue;
            nic.probed = found.problem.empty();
            for (const net::DhcpAnswer& answer : found.answers)
                nic.servers.push_back(to_server(answer));
        }
        for (const net::OwnAddress& address : own)
            if (address.link_index == card.nic.index && address.for_now)
                nic.leased = address.network;
        nics.push_back(std::move(nic));
    }
    return nics;
}

std::vector<model::LanNic> keep_own_place(std::vector<model::LanNic> nics,
                                          const std::vector<LanCard>& cards,
                                          const std::vector<net::OwnAddress>& own) {
    for (const net::OwnAddress& address : own) {
        if (address.for_now || !is_head_address(address.network.address))
            continue;
        const auto card = std::find_if(cards.begin(), cards.end(), [&](const LanCard& candidate) {
            return candidate.nic.index == address.link_index;
        });
        if (card == cards.end())
            continue;
        const auto nic = std::find_if(nics.begin(), nics.end(), [&](const model::LanNic& found) {
            return found.name == card->nic.name && found.has_link && found.probed &&
                   found.servers.empty();
        });
        if (nic == nics.end())
            continue;
        nic->taken = model::head_addresses();
        std::erase(nic->taken, address.network.address);
        return {*nic};
    }
    return nics;
}

}  // namespace dolmen::daemon
