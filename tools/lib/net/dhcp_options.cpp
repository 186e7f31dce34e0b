// SPDX-License-Identifier: GPL-2.0-only
#include "net/dhcp_options.hpp"

#include <fmt/core.h>

namespace dolmen::net {
namespace {

// Values of option 52, to be combined.
constexpr unsigned kInFile = 1;
constexpr unsigned kInServerName = 2;

tl::unexpected<Error> bad(const std::string& what) {
    return fail_errno("DHCP answer: " + what, EBADMSG);
}

}  // namespace

Result<> DhcpOptions::add_field(BytesView field, const char* name) {
    std::size_t at = 0;
    while (at < field.size()) {
        const std::uint8_t code = field[at++];
        if (code == option::kEnd)
            return {};
        if (code == option::kPad)
            continue;
        const std::size_t length = at < field.size() ? field[at++] : field.size();
        if (length > field.size() - at)
            return bad(fmt::format("option {} reaches over the end of {}", code, name));
        put_bytes(values_[code], field.subspan(at, length));
        at += length;
    }
    return bad(fmt::format("{} have no end", name));
}

Result<DhcpOptions> DhcpOptions::parse(BytesView own, BytesView file, BytesView server_name) {
    DhcpOptions options;
    DOLMEN_TRY(options.add_field(own, "the options"));
    const Bytes overload = DOLMEN_TRY(options.fixed(option::kOverload, 1));
    if (overload.empty())
        return options;
    const unsigned fields = overload[0];
    if (fields == 0 || fields > (kInFile | kInServerName))
        return bad(fmt::format("option 52 is {}", fields));
    options.file_is_overloaded_ = (fields & kInFile) != 0;
    if (options.file_is_overloaded_)
        DOLMEN_TRY(options.add_field(file, "the options in the field of the file"));
    if ((fields & kInServerName) != 0)
        DOLMEN_TRY(options.add_field(server_name, "the options in the field of the server"));
    // More fields than these there are not: it must not come again.
    DOLMEN_TRY(options.fixed(option::kOverload, 1));
    return options;
}

const Bytes* DhcpOptions::find(std::uint8_t code) const {
    const auto found = values_.find(code);
    return found == values_.end() ? nullptr : &found->second;
}

Result<Bytes> DhcpOptions::fixed(std::uint8_t code, std::size_t size) const {
    const Bytes* value = find(code);
    if (value == nullptr)
        return Bytes{};
    if (value->size() != size)
        return bad(fmt::format("option {} has {} bytes, not {}", code, value->size(), size));
    return *value;
}

}  // namespace dolmen::net
