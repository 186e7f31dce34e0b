// SPDX-License-Identifier: GPL-2.0-only
// DHCP answers made by hand, for tests.
#pragma once

#include "net/bytes.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>

namespace dolmen::net::samples {

constexpr std::uint32_t kTransaction = 0x01020304;
constexpr std::size_t kServerNameField = 44;
constexpr std::size_t kFileField = 108;

// An answer with these options and nothing behind them; yiaddr is 192.0.2.50,
// siaddr 192.0.2.1.
inline Bytes raw_answer(std::initializer_list<std::uint8_t> options) {
    Bytes packet{2, 1, 6, 0, 1, 2, 3, 4};
    packet.resize(16);
    put32(packet, 0xc0000232);
    put32(packet, 0xc0000201);
    packet.resize(28);
    put_bytes(packet, Bytes{0x52, 0x54, 0, 0x77, 0, 1});
    packet.resize(236);
    put32(packet, 0x63825363);
    put_bytes(packet, Bytes(options));
    return packet;
}

inline void put_text(Bytes& packet, std::size_t offset, const char* text) {
    for (; *text != 0; ++text)
        packet.at(offset++) = static_cast<std::uint8_t>(*text);
}

inline void put_field(Bytes& packet, std::size_t offset,
                      std::initializer_list<std::uint8_t> bytes) {
    std::copy(bytes.begin(), bytes.end(), packet.begin() + static_cast<std::ptrdiff_t>(offset));
}

// An offer of 192.0.2.50/24 by 192.0.2.1, as home routers send it.
inline Bytes plain_offer() {
    return raw_answer({53, 1, 2, 54,  4,   192, 0, 2, 1, 51,  4, 0, 0, 14,
                       16, 1, 4, 255, 255, 255, 0, 3, 4, 192, 0, 2, 1, 255});
}

// What a proxy for PXE clients says: no address, only that it is there.
inline Bytes proxy_offer() {
    Bytes packet = raw_answer({53,  1,   2,   54,  4,   192, 0,   2,  9, 60, 9, 'P', 'X',
                               'E', 'C', 'l', 'i', 'e', 'n', 't', 43, 3, 6,  1, 8,   255});
    put_field(packet, 16, {0, 0, 0, 0, 0, 0, 0, 0});
    return packet;
}

}  // namespace dolmen::net::samples
