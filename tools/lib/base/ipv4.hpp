// SPDX-License-Identifier: GPL-2.0-only
// Ipv4: an IPv4 address as a number that can be compared, and the network it is in.
#pragma once

#include "base/result.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace dolmen {

struct Ipv4 {
    std::uint32_t bits = 0;  // of the host's byte order; 0: no address

    // "10.77.0.1". EINVAL
    static Result<Ipv4> parse(const std::string& text);
    std::string to_string() const;
    bool is_set() const { return bits != 0; }
    bool operator==(const Ipv4&) const = default;
    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 sees a 0 in what < is made of
    auto operator<=>(const Ipv4&) const = default;
};

// An address and the length of its network's prefix.
struct Ipv4Network {
    Ipv4 address;
    unsigned prefix = 0;  // 0..32

    Ipv4 netmask() const;
    // The same with the first address of the network.
    Ipv4Network network() const;
    // In the network, and neither its first address nor, its last, the broadcast.
    bool has_host(Ipv4 host) const;
    std::string to_string() const;  // "10.77.0.1/24"
    bool operator==(const Ipv4Network&) const = default;
};

// Is there an address that both have?
bool overlap(const Ipv4Network& one, const Ipv4Network& other);

// 255.255.255.0 -> 24; nullopt for a mask with holes.
std::optional<unsigned> prefix_of_mask(Ipv4 mask);

}  // namespace dolmen
