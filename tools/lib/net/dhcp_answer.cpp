// SPDX-License-Identifier: GPL-2.0-only
#include "net/dhcp_answer.hpp"

#include "net/dhcp_packet.hpp"

#include <algorithm>

namespace dolmen::net {
namespace {

// siaddr says nothing here: dnsmasq and many routers put their own address into
// it in every offer, without a boot file.
bool offers_boot(const DhcpReply& reply) {
    return !reply.boot_file.empty() || reply.vendor.starts_with(kPxeClient);
}

void learn(DhcpAnswer& known, const DhcpAnswer& answer) {
    if (!known.offers_address()) {
        known.offered = answer.offered;
        known.prefix = answer.prefix;
        known.router = answer.router;
    }
    if (!known.offers_boot) {
        known.offers_boot = answer.offers_boot;
        known.boot_server = answer.boot_server;
        known.boot_file = answer.boot_file;
    }
    // One answer that can be read is enough to know the server.
    if (answer.problem.empty())
        known.problem.clear();
}

}  // namespace

DhcpAnswer to_answer(Ipv4 source, BytesView payload) {
    DhcpAnswer answer;
    answer.server = source;
    const auto reply = decode_reply(payload);
    if (!reply) {
        answer.problem = reply.error().to_string();
        return answer;
    }
    if (reply->server.is_set())
        answer.server = reply->server;
    answer.offered = reply->your_address;
    answer.prefix = reply->prefix;
    answer.router = reply->router;
    answer.offers_boot = offers_boot(*reply);
    if (answer.offers_boot)
        answer.boot_server = reply->next_server;
    answer.boot_file = reply->boot_file;
    return answer;
}

void add_answer(std::vector<DhcpAnswer>& answers, const DhcpAnswer& answer) {
    const auto known = std::find_if(answers.begin(), answers.end(), [&](const DhcpAnswer& other) {
        return other.server == answer.server;
    });
    if (known != answers.end())
        learn(*known, answer);
    else if (answers.size() < kMostAnswers)
        answers.push_back(answer);
}

}  // namespace dolmen::net
