// SPDX-License-Identifier: GPL-2.0-only
#include "noded/boot_pointer.hpp"

#include "base/ipv4.hpp"
#include "noded/cards.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <charconv>
#include <sstream>

namespace dolmen::node {
namespace {

constexpr std::size_t kBuildLimit = 64;
constexpr std::size_t kUrlLimit = 512;
constexpr std::string_view kHttp = "http://";

tl::unexpected<Error> bad(const std::string& what) {
    return fail_errno("the head's boot/current: " + what, EBADMSG);
}

bool consists_of(std::string_view text, std::string_view more) {
    return std::all_of(text.begin(), text.end(), [&](char byte) {
        return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
               (byte >= 'A' && byte <= 'Z') || more.find(byte) != std::string_view::npos;
    });
}

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char byte) { return byte >= ' ' && byte < 0x7f; });
}

// "http://ADDRESS[:PORT]/PATH", nothing that would have to be looked up or decoded.
bool is_url(std::string_view text) {
    if (text.size() > kUrlLimit || !text.starts_with(kHttp))
        return false;
    text.remove_prefix(kHttp.size());
    const auto slash = text.find('/');
    if (slash == std::string_view::npos)
        return false;
    std::string_view host = text.substr(0, slash);
    if (const auto colon = host.find(':'); colon != std::string_view::npos) {
        const std::string_view port = host.substr(colon + 1);
        if (port.empty() || port.size() > 5 || !consists_of(port, "") ||
            port.find_first_not_of("0123456789") != std::string_view::npos)
            return false;
        host = host.substr(0, colon);
    }
    const std::string_view path = text.substr(slash);
    return Ipv4::parse(std::string(host)).has_value() && path.size() > 1 &&
           consists_of(path, "/._+~-") && path.find("..") == std::string_view::npos;
}

Result<> take(BootPointer& pointer, const std::string& name, const std::string& value) {
    if (name == "initrd") {
        if (!is_url(value))
            return bad("initrd \"" + value.substr(0, 100) + "\"");
        if (pointer.initrds.size() == kMostInitrds)
            return bad("too many initrds");
        pointer.initrds.push_back(value);
        return {};
    }
    std::string* member = name == "build"       ? &pointer.build
                          : name == "kernel"    ? &pointer.kernel
                          : name == "arguments" ? &pointer.arguments
                                                : nullptr;
    if (member == nullptr)
        return {};
    if (!member->empty())
        return bad("two of " + name);
    const bool good = name == "kernel"  ? is_url(value)
                      : name == "build" ? value.size() <= kBuildLimit && consists_of(value, "._+~-")
                                        : is_printable(value);
    if (!good)
        return bad(name + " \"" + value.substr(0, 100) + "\"");
    *member = value;
    return {};
}

}  // namespace

std::string boot_pointer_url(const std::string& head) {
    return "http://" + head + "/boot/current";
}

Result<BootPointer> parse_boot_pointer(const std::string& text) {
    if (text.size() > kBootPointerLimit)
        return bad("too long");
    BootPointer pointer;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const auto equals = line.find('=');
        if (line.empty() || line.front() == '#')
            continue;
        if (equals == std::string::npos)
            return bad("a line without \"=\"");
        DOLMEN_TRY(take(pointer, line.substr(0, equals), line.substr(equals + 1)));
    }
    if (pointer.build.empty() || pointer.kernel.empty() || pointer.initrds.empty())
        return bad("it has no build, kernel or initrd");
    return pointer;
}

Result<std::string> next_command_line(const BootPointer& pointer, const OwnArguments& own) {
    std::string line = pointer.arguments;
    if (!own.mac.empty())
        line += " BOOTIF=" + bootif_of_mac(own.mac);
    if (!own.address.empty())
        line += " dolmen.ip=" + own.address;
    if (line.size() > kCommandLineLimit)
        return fail_errno("the command line of the head's kernel", E2BIG);
    return line;
}

std::optional<std::size_t> content_length(const std::string& response) {
    constexpr std::string_view kName = "content-length:";
    std::istringstream lines(response);
    for (std::string line; std::getline(lines, line);) {
        std::transform(line.begin(), line.end(), line.begin(), [](char byte) {
            return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
        });
        const auto at = line.find(kName);
        if (at == std::string::npos)
            continue;
        const auto digits = line.find_first_not_of(" \t", at + kName.size());
        std::size_t length = 0;
        if (digits == std::string::npos)
            return std::nullopt;
        const auto [end, code] =
            std::from_chars(line.data() + digits, line.data() + line.size(), length);
        if (code != std::errc{} || end == line.data() + digits)
            return std::nullopt;
        return length;
    }
    return std::nullopt;
}

}  // namespace dolmen::node
