// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/options.hpp"

#include "model/name_list.hpp"

#include <fmt/core.h>
#include <charconv>
// Header only: programs here must run where Debian's shared toml++ is not installed.
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

namespace dolmen::daemon {
namespace {

tl::unexpected<Error> bad(const toml::node& node, std::string_view key, const char* why) {
    return fail_errno(fmt::format("line {}: {}: {}", node.source().begin.line, key, why), EINVAL);
}

Result<std::uint32_t> number(const toml::node& node, std::string_view key, std::int64_t least,
                             std::int64_t most) {
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value < least || *value > most)
        return bad(node, key, fmt::format("want a number from {} to {}", least, most).c_str());
    return static_cast<std::uint32_t>(*value);
}

Result<std::vector<std::string>> cgroups(const toml::node& node, std::string_view key) {
    const toml::array* entries = node.as_array();
    if (entries == nullptr)
        return bad(node, key, "want a list of cgroup paths");
    std::vector<std::string> paths;
    for (const toml::node& entry : *entries) {
        const auto path = entry.value_exact<std::string>();
        if (!path || !model::checked_cgroup(*path))
            return bad(entry, key, "want paths as \"/user.slice\"");
        paths.push_back(*path);
    }
    return paths;
}

Result<> apply(std::string_view key, const toml::node& node, Options& options) {
    if (key == "timeout_percent") {
        options.timeout_percent =
            DOLMEN_TRY(number(node, key, kLeastTimeoutPercent, kMostTimeoutPercent));
    } else if (key == "port") {
        options.port = static_cast<std::uint16_t>(DOLMEN_TRY(number(node, key, 1, 65535)));
    } else if (key == "listen") {
        const auto address = node.value_exact<std::string>();
        if (!address)
            return bad(node, key, "want an IPv4 address in quotes");
        options.listen = *address;
    } else if (key == "sessions") {
        options.sessions = DOLMEN_TRY(cgroups(node, key));
    } else {
        return bad(node, key, "unknown key");
    }
    return {};
}

}  // namespace

Result<> apply_toml(const std::string& toml, Options& options) {
    toml::table table;
    try {
        table = toml::parse(toml);
    } catch (const toml::parse_error& error) {
        return fail_errno(
            fmt::format("line {}: {}", error.source().begin.line, error.description()), EINVAL);
    }
    for (const auto& [key, node] : table)
        DOLMEN_TRY(apply(key.str(), node, options));
    return {};
}

Result<std::uint32_t> parse_timeout_percent(const std::string& text) {
    std::uint32_t percent = 0;
    const char* end = text.data() + text.size();
    const auto [last, code] = std::from_chars(text.data(), end, percent);
    if (code != std::errc{} || last != end || percent < kLeastTimeoutPercent ||
        percent > kMostTimeoutPercent)
        return fail_errno(fmt::format("timeout percent \"{}\" (want {} to {})", text,
                                      kLeastTimeoutPercent, kMostTimeoutPercent),
                          EINVAL);
    return percent;
}

}  // namespace dolmen::daemon
