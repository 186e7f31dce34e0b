// SPDX-License-Identifier: GPL-2.0-only
#include "pxe/lib/event_text.hpp"

#include "base/ipv4.hpp"

#include <algorithm>
#include <charconv>

namespace dolmen::pxe {

std::string_view next_word(std::string_view& rest) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    return word;
}

std::optional<std::string> mac_of(std::string_view word) {
    constexpr std::size_t kLength = 17;
    if (word.size() != kLength)
        return std::nullopt;
    std::string mac;
    for (std::size_t at = 0; at < kLength; ++at) {
        const char byte = word[at];
        const bool digit = byte >= '0' && byte <= '9';
        const bool lower = byte >= 'a' && byte <= 'f';
        const bool upper = byte >= 'A' && byte <= 'F';
        if (at % 3 == 2 ? byte != ':' : !digit && !lower && !upper)
            return std::nullopt;
        mac += upper ? static_cast<char>(byte - 'A' + 'a') : byte;
    }
    return mac;
}

std::optional<std::string> address_of(std::string_view word) {
    const std::string text(word);
    return Ipv4::parse(text) ? std::optional(text) : std::nullopt;
}

std::optional<unsigned> number_of(std::string_view word, unsigned most) {
    unsigned number = 0;
    const char* end = word.data() + word.size();
    const auto [last, code] = std::from_chars(word.data(), end, number);
    if (code != std::errc{} || last != end || number > most)
        return std::nullopt;
    return number;
}

}  // namespace dolmen::pxe
