// SPDX-License-Identifier: GPL-2.0-only
#include "net/mac.hpp"

#include <fmt/core.h>
#include <charconv>
#include <cstddef>

namespace dolmen::net {

Result<Mac> parse_mac(const std::string& text) {
    Mac mac{};
    bool good = text.size() == mac.size() * 3 - 1;
    for (std::size_t index = 0; good && index < mac.size(); ++index) {
        const char* byte = text.data() + index * 3;
        const auto [end, code] = std::from_chars(byte, byte + 2, mac.at(index), 16);
        good =
            code == std::errc{} && end == byte + 2 && (index + 1 == mac.size() || byte[2] == ':');
    }
    if (!good)
        return fail_errno("MAC address \"" + text + "\"", EINVAL);
    return mac;
}

std::string to_string(const Mac& mac) {
    return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", mac[0], mac[1], mac[2], mac[3],
                       mac[4], mac[5]);
}

}  // namespace dolmen::net
