// SPDX-License-Identifier: GPL-2.0-only
// Words of what dnsmasq and nginx write.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dolmen::pxe {

// Up to the next blank; `rest` is then behind that blank. Empty at the end.
std::string_view next_word(std::string_view& rest);

// Of an Ethernet card: "52:54:00:00:77:01", in lower case. nullopt: it is none.
std::optional<std::string> mac_of(std::string_view word);

// The word, if it is an IPv4 address.
std::optional<std::string> address_of(std::string_view word);

// Decimal, without sign. nullopt: no number, or above `most`.
std::optional<unsigned> number_of(std::string_view word, unsigned most);

}  // namespace dolmen::pxe
