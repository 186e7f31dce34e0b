// SPDX-License-Identifier: GPL-2.0-only
// Members of a received message, checked for presence, type and range. All fail
// with EBADMSG and the member's name.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace dolmen::rpc {

using Json = nlohmann::json;

constexpr std::size_t kTextLimit = 256;

Result<std::uint64_t> number_field(const Json& message, const char* name, std::uint64_t least,
                                   std::uint64_t most);
// No NUL and no other control character in it.
Result<std::string> text_field(const Json& message, const char* name,
                               std::size_t most = kTextLimit);
// Empty if the member is absent.
Result<std::string> optional_text_field(const Json& message, const char* name,
                                        std::size_t most = kTextLimit);
// A 64-bit number as decimal text: JSON numbers are exact to 53 bits for others.
Result<std::uint64_t> number_text_field(const Json& message, const char* name);
Result<std::int64_t> signed_text_field(const Json& message, const char* name);
// The member must be an object or an array; the pointer is into `message`.
Result<const Json*> object_field(const Json& message, const char* name);
Result<const Json*> array_field(const Json& message, const char* name, std::size_t most);

}  // namespace dolmen::rpc
