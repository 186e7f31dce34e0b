// SPDX-License-Identifier: GPL-2.0-only
// The cards of the head and what was found on them, as the plan of the network wants
// to have it.
#pragma once

#include "model/lan_plan.hpp"
#include "net/addresses.hpp"
#include "net/card_kind.hpp"
#include "net/dhcp_probe.hpp"

#include <string>
#include <vector>

namespace dolmen::daemon {

// Where the cards are told of; a test has its own.
struct CardPlaces {
    std::string network_class = net::kNetworkClass;
    std::string udev = "/run/udev";
};

struct LanCard {
    net::Nic nic;
    bool wired = false;  // else wireless
    bool on = false;
    bool has_link = false;
    bool can_be_asked() const { return wired && has_link; }
};

// Wired and wireless cards by name. Those that udev has not named yet are left out.
Result<std::vector<LanCard>> find_cards(const CardPlaces& places);

Result<> switch_on(const LanCard& card);

// As the probe wants it; zeros if the firmware does not tell.
std::array<std::uint8_t, 16> machine_uuid();
// "12345678-9abc-…" -> its bytes; zeros: it is none.
std::array<std::uint8_t, 16> parse_uuid(const std::string& text);

// What the last probe found, on the cards as they are now. Pure, as is the next.
std::vector<model::LanNic> to_lan_nics(const std::vector<LanCard>& cards,
                                       const std::vector<net::NicAnswers>& answers,
                                       const std::vector<net::OwnAddress>& own);

// A daemon that starts again goes on where the one before has served: as long as nobody
// else serves a card that has one of model::head_addresses(), that card and that address
// are the only ones that can be chosen.
std::vector<model::LanNic> keep_own_place(std::vector<model::LanNic> nics,
                                          const std::vector<LanCard>& cards,
                                          const std::vector<net::OwnAddress>& own);

}  // namespace dolmen::daemon
