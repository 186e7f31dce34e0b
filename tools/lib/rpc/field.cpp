// SPDX-License-Identifier: GPL-2.0-only
#include "rpc/field.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace dolmen::rpc {
namespace {

tl::unexpected<Error> bad(const char* name, const char* why) {
    return fail_errno(fmt::format("message member \"{}\": {}", name, why), EBADMSG);
}

const Json* find(const Json& message, const char* name) {
    if (!message.is_object())
        return nullptr;
    const auto found = message.find(name);
    return found == message.end() ? nullptr : &*found;
}

template <class Number>
Result<Number> parse(const char* name, const std::string& text) {
    Number number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc{} || end != text.data() + text.size())
        return bad(name, "no decimal number");
    return number;
}

}  // namespace

Result<std::uint64_t> number_field(const Json& message, const char* name, std::uint64_t least,
                                   std::uint64_t most) {
    const Json* member = find(message, name);
    if (member == nullptr)
        return bad(name, "missing");
    // The parser makes all but negative numbers unsigned; messages made here may be either.
    const bool negative = !member->is_number_unsigned() && member->is_number_integer() &&
                          member->get<std::int64_t>() < 0;
    if (!member->is_number_integer() || negative)
        return bad(name, "no whole positive number");
    const auto number = member->get<std::uint64_t>();
    if (number < least || number > most)
        return bad(name, "out of range");
    return number;
}

Result<std::string> text_field(const Json& message, const char* name, std::size_t most) {
    const Json* member = find(message, name);
    if (member == nullptr)
        return bad(name, "missing");
    if (!member->is_string())
        return bad(name, "no text");
    const auto& text = member->get_ref<const std::string&>();
    if (text.size() > most)
        return bad(name, "too long");
    const bool clean = std::all_of(text.begin(), text.end(),
                                   [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
    if (!clean)
        return bad(name, "control characters");
    return text;
}

Result<std::string> optional_text_field(const Json& message, const char* name, std::size_t most) {
    if (find(message, name) == nullptr)
        return std::string();
    return text_field(message, name, most);
}

Result<std::uint64_t> number_text_field(const Json& message, const char* name) {
    return parse<std::uint64_t>(name, DOLMEN_TRY(text_field(message, name)));
}

Result<std::int64_t> signed_text_field(const Json& message, const char* name) {
    return parse<std::int64_t>(name, DOLMEN_TRY(text_field(message, name)));
}

Result<const Json*> object_field(const Json& message, const char* name) {
    const Json* member = find(message, name);
    if (member == nullptr)
        return bad(name, "missing");
    if (!member->is_object())
        return bad(name, "no object");
    return member;
}

Result<const Json*> array_field(const Json& message, const char* name, std::size_t most) {
    const Json* member = find(message, name);
    if (member == nullptr)
        return bad(name, "missing");
    if (!member->is_array() || member->size() > most)
        return bad(name, "no array, or too long");
    return member;
}

}  // namespace dolmen::rpc
