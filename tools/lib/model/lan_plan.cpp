// SPDX-License-Identifier: GPL-2.0-only
#include "model/lan_plan.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <iterator>

namespace dolmen::model {
namespace {

// 10.77.0.1, 10.78.0.1 ... 10.86.0.1
constexpr std::uint32_t kFirstHead = 0x0a4d0001;
constexpr std::uint32_t kHeads = 10;
constexpr std::uint32_t kToNextHead = 1U << 16U;
constexpr unsigned kPrefix = 24;
// Hosts that are leased; some below and above are left for fixed addresses.
constexpr std::uint32_t kFirstLease = 20;
constexpr std::uint32_t kLastLease = 250;

using Nics = std::vector<LanNic>;

bool is_silent(const LanNic& nic) {
    return nic.probed && nic.servers.empty();
}

const LanServer* boot_server(const LanNic& nic) {
    const auto found = std::find_if(nic.servers.begin(), nic.servers.end(),
                                    [](const LanServer& server) { return server.offers_boot; });
    return found == nic.servers.end() ? nullptr : &*found;
}

const LanServer* address_server(const LanNic& nic) {
    const auto found = std::find_if(nic.servers.begin(), nic.servers.end(),
                                    [](const LanServer& server) { return server.offers_address; });
    return found == nic.servers.end() ? nullptr : &*found;
}

// A proxy needs a DHCP server beside it, and no other boot server.
bool can_have_proxy(const LanNic& nic) {
    return nic.probed && address_server(nic) != nullptr && boot_server(nic) == nullptr;
}

std::string join(const std::vector<std::string>& parts) {
    std::string text;
    for (std::size_t index = 0; index < parts.size(); ++index) {
        if (index != 0)
            text += index + 1 == parts.size() ? " and " : ", ";
        text += parts.at(index);
    }
    return text;
}

// What was found on a card, as a part of a sentence.
std::string describe(const LanNic& nic) {
    if (!nic.probed)
        return fmt::format("{} could not be searched for DHCP servers", nic.name);
    if (const LanServer* server = boot_server(nic))
        return fmt::format("the boot server {} answers on {}", server->address.to_string(),
                           nic.name);
    if (const LanServer* server = address_server(nic))
        return fmt::format("the DHCP server {} answers on {}", server->address.to_string(),
                           nic.name);
    if (!nic.servers.empty())
        return fmt::format("{} answers on {} with what can not be understood",
                           nic.servers.front().address.to_string(), nic.name);
    return fmt::format("no DHCP server answers on {}", nic.name);
}

// The cards that can be the cluster's: wired and with a link, by name.
Nics usable(const LanFacts& facts) {
    Nics nics;
    std::copy_if(facts.nics.begin(), facts.nics.end(), std::back_inserter(nics),
                 [](const LanNic& nic) { return nic.has_link && nic.wired; });
    std::sort(nics.begin(), nics.end(),
              [](const LanNic& one, const LanNic& other) { return one.name < other.name; });
    return nics;
}

template <class Condition>
Nics select(const Nics& nics, Condition condition) {
    Nics chosen;
    std::copy_if(nics.begin(), nics.end(), std::back_inserter(chosen), condition);
    return chosen;
}

std::string proxy_text(const LanNic& nic) {
    return fmt::format("boot BIOS PCs on {} beside the DHCP server {}", nic.name,
                       address_server(nic)->address.to_string());
}

// 'p' where there is one card to choose, numbers where there are more; 'f' for
// what happens by itself unless the owner wanted something else.
std::vector<LanKey> possible_keys(const LanFacts& facts) {
    std::vector<LanKey> keys;
    const Nics nics = usable(facts);
    const Nics proxies = select(nics, can_have_proxy);
    for (std::size_t index = 0; index < std::min<std::size_t>(proxies.size(), 9); ++index) {
        const LanNic& nic = proxies.at(index);
        const char key = proxies.size() == 1 ? 'p' : static_cast<char>('1' + index);
        keys.push_back({key, {LanWish::Kind::kProxy, nic.name}, proxy_text(nic)});
    }
    const Nics silent = select(nics, is_silent);
    if (!silent.empty() && facts.wish.kind != LanWish::Kind::kNone)
        keys.push_back({'f',
                        {LanWish::Kind::kFull, silent.front().name},
                        fmt::format("serve {}, with addresses and all", silent.front().name)});
    return keys;
}

LanPlan off(const LanFacts& facts, const std::string& why) {
    LanPlan plan;
    plan.reason = fmt::format("This head serves nothing, because {}.", why);
    plan.keys = possible_keys(facts);
    return plan;
}

LanPlan off_without_keys(const std::string& why) {
    LanPlan plan;
    plan.reason = fmt::format("This head serves nothing, because {}.", why);
    return plan;
}

// Is a part of `network` in use on any card, in a network of at least that prefix?
bool is_in_use(const LanFacts& facts, const Ipv4Network& network, unsigned least_prefix) {
    const auto collides = [&](const std::optional<Ipv4Network>& other) {
        return other && other->prefix >= least_prefix && overlap(*other, network);
    };
    return std::any_of(facts.nics.begin(), facts.nics.end(), [&](const LanNic& nic) {
        return collides(nic.leased) ||
               std::any_of(nic.servers.begin(), nic.servers.end(),
                           [&](const LanServer& server) { return collides(server.network); });
    });
}

std::optional<Ipv4> free_address(const LanFacts& facts, const LanNic& nic) {
    // If there is no other way, ours lies in a larger network of another card: the
    // more exact route wins, and only a piece of that network can not be reached.
    for (const unsigned least_prefix : {0U, kPrefix})
        for (const Ipv4 address : head_addresses()) {
            const bool taken =
                std::find(nic.taken.begin(), nic.taken.end(), address) != nic.taken.end();
            if (!taken && !is_in_use(facts, {address, kPrefix}, least_prefix))
                return address;
        }
    return std::nullopt;
}

LanPlan full(const LanFacts& facts, const LanNic& nic) {
    const auto address = free_address(facts, nic);
    if (!address)
        return off_without_keys("all addresses it could have on " + nic.name + " are taken");
    LanPlan plan;
    plan.mode = LanMode::kFull;
    plan.interface = nic.name;
    plan.address = {*address, kPrefix};
    const std::uint32_t network = address->bits & ~0xffU;
    plan.first_lease = Ipv4{network + kFirstLease};
    plan.last_lease = Ipv4{network + kLastLease};
    plan.reason = fmt::format("The network of the cluster is {}, because {}", nic.name,
                              facts.wish.kind == LanWish::Kind::kFull
                                  ? "the owner wants it and no DHCP server answers there"
                                  : "no DHCP server answers there");
    std::vector<std::string> others;
    for (const LanNic& other : usable(facts))
        if (!is_silent(other))
            others.push_back(describe(other));
    if (!others.empty())
        plan.reason += fmt::format(" ({})", join(others));
    plan.reason += fmt::format("; this head is {} on it.", plan.address.to_string());
    return plan;
}

LanPlan proxy(const LanNic& nic) {
    const std::string server = address_server(nic)->address.to_string();
    if (!nic.leased)
        return off_without_keys(
            fmt::format("it waits for an address from the DHCP server {} on {}", server, nic.name));
    LanPlan plan;
    plan.mode = LanMode::kProxy;
    plan.interface = nic.name;
    plan.address = *nic.leased;
    plan.reason = fmt::format(
        "This head boots BIOS PCs on {} as {}, and leaves their addresses to the DHCP server {}.",
        nic.name, plan.address.to_string(), server);
    return plan;
}

// Why a proxy can not be on this card; part of a sentence.
std::string why_no_proxy(const LanNic& nic) {
    if (boot_server(nic) != nullptr)
        return describe(nic) + ", and two would be in each other's way";
    if (is_silent(nic))
        return describe(nic) + ", and a proxy needs one";
    return describe(nic);
}

LanPlan plan_automatic(const LanFacts& facts, const Nics& nics) {
    const Nics silent = select(nics, is_silent);
    if (!silent.empty())
        return full(facts, silent.front());
    std::vector<std::string> found;
    for (const LanNic& nic : nics)
        found.push_back(describe(nic));
    return off(facts, join(found));
}

LanPlan plan_proxy(const LanFacts& facts, const Nics& nics) {
    const Nics possible = select(nics, can_have_proxy);
    if (!possible.empty())
        return proxy(possible.front());
    std::vector<std::string> found;
    for (const LanNic& nic : nics)
        found.push_back(why_no_proxy(nic));
    return off(facts, join(found));
}

// The cards that a wish for one of them leaves; on an error the reason.
Result<Nics> wished(const LanFacts& facts) {
    Nics named =
        select(facts.nics, [&](const LanNic& nic) { return nic.name == facts.wish.interface; });
    if (named.empty())
        return fail_text("there is no network card " + facts.wish.interface);
    if (!named.front().has_link)
        return fail_text(facts.wish.interface + " has no link: plug a cable in");
    return named;
}

std::string why_no_card(const LanFacts& facts) {
    const bool wireless = std::any_of(facts.nics.begin(), facts.nics.end(),
                                      [](const LanNic& nic) { return nic.has_link; });
    return wireless ? "only wireless cards have a link and PCs can not boot over them: "
                      "plug a cable in"
                    : "no network card has a link: plug a cable in";
}

}  // namespace

std::vector<Ipv4> head_addresses() {
    std::vector<Ipv4> addresses;
    for (std::uint32_t number = 0; number < kHeads; ++number)
        addresses.push_back(Ipv4{kFirstHead + number * kToNextHead});
    return addresses;
}

LanPlan plan_lan(const LanFacts& facts) {
    Nics nics = usable(facts);
    if (facts.wish.kind != LanWish::Kind::kNone && !facts.wish.interface.empty()) {
        auto named = wished(facts);
        if (!named)
            return off(facts, named.error().to_string());
        nics = std::move(*named);
    }
    if (nics.empty())
        return off(facts, why_no_card(facts));
    return facts.wish.kind == LanWish::Kind::kProxy ? plan_proxy(facts, nics)
                                                    : plan_automatic(facts, nics);
}

}  // namespace dolmen::model
