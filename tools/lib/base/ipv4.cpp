// SPDX-License-Identifier: GPL-2.0-only
#include "base/ipv4.hpp"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <algorithm>
#include <bit>

namespace dolmen {

Result<Ipv4> Ipv4::parse(const std::string& text) {
    in_addr address{};
    if (::inet_pton(AF_INET, text.c_str(), &address) != 1)
        return fail_errno("address \"" + text + "\"", EINVAL);
    return Ipv4{ntohl(address.s_addr)};
}

std::string Ipv4::to_string() const {
    return fmt::format("{}.{}.{}.{}", bits >> 24U, bits >> 16U & 0xffU, bits >> 8U & 0xffU,
                       bits & 0xffU);
}

std::string Ipv4Network::to_string() const {
    return fmt::format("{}/{}", address.to_string(), prefix);
}

bool overlap(const Ipv4Network& one, const Ipv4Network& other) {
    const unsigned shorter = std::min(one.prefix, other.prefix);
    // A shift by all 32 bits would be undefined.
    return shorter == 0 || (one.address.bits ^ other.address.bits) >> (32U - shorter) == 0;
}

std::optional<unsigned> prefix_of_mask(Ipv4 mask) {
    const int ones = std::countl_one(mask.bits);
    if (std::popcount(mask.bits) != ones)
        return std::nullopt;
    return static_cast<unsigned>(ones);
}

}  // namespace dolmen
