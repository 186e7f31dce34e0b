// SPDX-License-Identifier: GPL-2.0-only
#include "cli/doctor_network_facts.hpp"

#include "net/dhcp_probe.hpp"
#include "net/links.hpp"

#include <unistd.h>
#include <filesystem>

namespace dolmen::cli {
namespace {

using namespace std::chrono_literals;

// The probe ends by itself before this.
constexpr auto kProbeLimit = 30s;

// A card of its own, not a bridge or the like, and one that takes a cable.
bool is_wired(const net::NetworkLink& link) {
    namespace fs = std::filesystem;
    const fs::path card = fs::path("/sys/class/net") / link.name;
    std::error_code none;
    return link.ethernet && fs::exists(card / "device", none) &&
           !fs::exists(card / "wireless", none) && !fs::exists(card / "phy80211", none);
}

Result<std::vector<net::NicAnswers>> probe(const std::vector<net::Nic>& nics) {
    auto loop = DOLMEN_TRY(Loop::create());
    std::vector<net::NicAnswers> answers;
    bool done = false;
    const auto running = DOLMEN_TRY(net::DhcpProbe::start(loop, nics, {}, [&](auto found) {
        answers = std::move(found);
        done = true;
    }));
    const auto deadline = Deadline::after(kProbeLimit);
    while (!done && !deadline.passed())
        DOLMEN_TRY(loop.run_once(100ms));
    return answers;
}

void find_servers(Facts& facts, const std::vector<net::Nic>& nics) {
    if (nics.empty())
        return;
    if (::geteuid() != 0) {
        facts.not_probed = "only root can do that";
        return;
    }
    const auto answers = probe(nics);
    if (!answers) {
        facts.not_probed = answers.error().to_string();
        return;
    }
    for (const net::NicAnswers& card : *answers) {
        if (!card.problem.empty())
            facts.not_probed = card.interface + ": " + card.problem;
        for (const net::DhcpAnswer& answer : card.answers)
            facts.servers.push_back({card.interface, answer.server.to_string(),
                                     answer.offers_address(), answer.offers_boot});
    }
}

}  // namespace

void find_cards_and_servers(Facts& facts) {
    auto netlink = net::Netlink::create();
    if (!netlink)
        return;
    const auto links = netlink->links();
    if (!links)
        return;
    std::vector<net::Nic> nics;
    for (const net::NetworkLink& link : *links) {
        if (link.loopback)
            continue;
        const CardFact card{link.name, is_wired(link), link.carrier};
        facts.cards.push_back(card);
        const auto nic = net::to_nic(link);
        if (card.wired && card.has_link && nic)
            nics.push_back(*nic);
    }
    find_servers(facts, nics);
}

}  // namespace dolmen::cli
