// SPDX-License-Identifier: GPL-2.0-only
// Texts in fixed arrays of the kernel interface.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace dolmen::kapi {

template <std::size_t size>
std::string text(const char (&array)[size]) {
    return {array, ::strnlen(array, size)};
}

// Cut where it is too long; always ends in NUL.
template <std::size_t size>
void set_text(char (&array)[size], std::string_view value) {
    std::memset(array, 0, size);
    std::memcpy(array, value.data(), std::min(value.size(), size - 1));
}

// Zero-padded: no NUL behind a text that fills the array.
template <std::size_t size>
void set_padded(char (&array)[size], std::string_view value) {
    std::memset(array, 0, size);
    std::memcpy(array, value.data(), std::min(value.size(), size));
}

}  // namespace dolmen::kapi
