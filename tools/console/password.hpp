// SPDX-License-Identifier: GPL-2.0-only
// The password of a live head's user, and the file that the screen reads it from.
// Pure, but for the random bytes, which are the caller's.
#pragma once

#include "console/screen.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace dolmen::console {

constexpr const char* kLoginFile = "/run/dolmen-login";

// Lower-case letters that nobody takes for another one or for a digit, and that are
// typed with the same keys on QWERTY, QWERTZ and AZERTY keyboards: a live head does
// not know which one it has.
constexpr std::string_view kPasswordLetters = "bcdefghjknprstuvx";
// 49 bits.
constexpr std::size_t kPasswordLength = 12;

// Each letter as likely as any other. nullopt: `next_byte` has no more.
std::optional<std::string> make_password(
    const std::function<std::optional<std::uint8_t>()>& next_byte);

// "demo abcdefgh\n" and back; nullopt: it is something else.
std::string to_file(const Login& login);
std::optional<Login> from_file(std::string_view content);

}  // namespace dolmen::console
