// SPDX-License-Identifier: GPL-2.0-only
// Bytes of packets, and the big-endian numbers in them.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dolmen::net {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

inline void put16(Bytes& to, std::uint32_t number) {
    to.push_back(static_cast<std::uint8_t>(number >> 8U & 0xffU));
    to.push_back(static_cast<std::uint8_t>(number & 0xffU));
}

inline void put32(Bytes& to, std::uint32_t number) {
    put16(to, number >> 16U);
    put16(to, number & 0xffffU);
}

inline void put_bytes(Bytes& to, BytesView bytes) {
    to.insert(to.end(), bytes.begin(), bytes.end());
}

// The caller has checked that the bytes are there.
inline std::uint16_t get16(BytesView from, std::size_t offset) {
    assert(offset + 2 <= from.size());
    return static_cast<std::uint16_t>(from[offset] << 8U | from[offset + 1]);
}

inline std::uint32_t get32(BytesView from, std::size_t offset) {
    return std::uint32_t{get16(from, offset)} << 16U | get16(from, offset + 2);
}

}  // namespace dolmen::net
