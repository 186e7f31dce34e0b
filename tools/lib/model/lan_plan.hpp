// SPDX-License-Identifier: GPL-2.0-only
// LanPlan: on which network card a head boots other machines, and how. Pure: it
// is told what was found on the cards and what the owner wants.
//
// The first rule is to disturb nobody: addresses are handed out only where nobody
// else does, and beside another server nothing starts that the owner has not
// asked for.
#pragma once

#include "base/ipv4.hpp"

#include <optional>
#include <string>
#include <vector>

namespace dolmen::model {

// A server that answers on a card.
struct LanServer {
    Ipv4 address;
    // What it offers; neither: its answer can not be understood.
    bool offers_address = false;
    bool offers_boot = false;
    // The network that it offers an address of, if it tells.
    std::optional<Ipv4Network> network;
};

struct LanNic {
    std::string name;
    bool has_link = false;
    bool wired = false;
    // It could be searched for servers; else nothing is started on it.
    bool probed = false;
    std::vector<LanServer> servers;
    // Of head_addresses(): those that others have there.
    std::vector<Ipv4> taken;
    // What this machine has got from a DHCP server there. What one has only
    // offered may be another address.
    std::optional<Ipv4Network> leased;
};

struct LanWish {
    enum class Kind {
        kNone,   // whatever disturbs nobody
        kProxy,  // boot BIOS PCs beside the DHCP server that is there
        kFull,   // addresses and all
    };
    Kind kind = Kind::kNone;
    std::string interface;  // empty: the first that it is possible on
    bool operator==(const LanWish&) const = default;
};

struct LanFacts {
    std::vector<LanNic> nics;  // their order does not matter
    LanWish wish;
};

enum class LanMode {
    kOff,    // nothing is served
    kFull,   // DHCP, boot files
    kProxy,  // boot files; addresses are another's
};

// What the owner can press on the console.
struct LanKey {
    char key = 0;      // lower case
    LanWish wish;      // to plan again with
    std::string text;  // goes on from "press P to"
};

struct LanPlan {
    LanMode mode = LanMode::kOff;
    // Where something is served; the head's address there, and what it leases.
    std::string interface;
    Ipv4Network address;
    Ipv4 first_lease;  // kFull only
    Ipv4 last_lease;
    std::string reason;        // one sentence
    std::vector<LanKey> keys;  // kOff only
};

// The addresses a head may give itself, best first; each is the first of a /24.
std::vector<Ipv4> head_addresses();

LanPlan plan_lan(const LanFacts& facts);

}  // namespace dolmen::model
