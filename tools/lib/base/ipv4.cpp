// SPDX-License-Identifier: GPL-2.0-only
#include "base/ipv4.hpp"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <algorithm>
#include <bit>

namespace dolmen {

Result<Ipv4> Ipv4::parse(const std::string& text) {
    in_addr address{};
    // inet_pton stops at a NUL byte and would not see what is behind it.
    if (text.find('\0') != std::string::npos || ::inet_pton(AF_INET, text.c_str(), &address) != 1)
        return fail_errno("\"" + text + "\" is no IPv4 address", EINVAL);
    return Ipv4{ntohl(address.s_addr)};
}

std::string Ipv4::to_string() const {
    return fmt::format("{}.{}.{}.{}", bits >> 24U, bits >> 16U & 0xffU, bits >> 8U & 0xffU,
                       bits & 0xffU);
}

Ipv4 Ipv4Network::netmask() const {
    // A shift by all 32 bits would be undefined.
    return Ipv4{prefix == 0 ? 0 : ~std::uint32_t{0} << (32U - prefix)};
}

Ipv4Network Ipv4Network::network() const {
    return {Ipv4{address.bits & netmask().bits}, prefix};
}

bool Ipv4Network::has_host(Ipv4 host) const {
    const Ipv4 first = network().address;
    const Ipv4 last{first.bits | ~netmask().bits};
    return host > first && host < last;
}

std::string Ipv4Network::to_string() const {
    return fmt::format("{}/{}", address.to_string(), prefix);
}

bool overlap(const Ipv4Network& one, const Ipv4Network& other) {
    const unsigned shorter = std::min(one.prefix, other.prefix);
    return shorter == 0 || (one.address.bits ^ other.address.bits) >> (32U - shorter) == 0;
}

std::optional<unsigned> prefix_of_mask(Ipv4 mask) {
    const int ones = std::countl_one(mask.bits);
    if (std::popcount(mask.bits) != ones)
        return std::nullopt;
    return static_cast<unsigned>(ones);
}

}  // namespace dolmen
