// SPDX-License-Identifier: GPL-2.0-only
// DhcpAnswer: what one server of a network has said to our DISCOVERs. Pure.
#pragma once

#include "base/ipv4.hpp"
#include "net/bytes.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace dolmen::net {

struct DhcpAnswer {
    Ipv4 server;               // its identifier, else where the answer came from
    Ipv4 offered;              // not set: it offers no address
    unsigned prefix = 0;       // of the offered address; 0: not told
    Ipv4 router;               // not set: none told
    bool offers_boot = false;  // it serves machines that boot from the network
    Ipv4 boot_server;          // where the boot file is, if told
    std::string boot_file;
    std::string problem;  // why its answer can not be read; empty: it can

    bool offers_address() const { return offered.is_set(); }
    bool operator==(const DhcpAnswer&) const = default;
};

// `payload`: a UDP payload that repeats our transaction number. A server that
// says something malformed is there all the same: then `problem` is set.
DhcpAnswer to_answer(Ipv4 source, BytesView payload);

// More would tell nothing new: somebody serves the network.
constexpr std::size_t kMostAnswers = 16;

// One answer per server: what a further one says more is added. Servers over
// kMostAnswers are dropped.
void add_answer(std::vector<DhcpAnswer>& answers, const DhcpAnswer& answer);

}  // namespace dolmen::net
