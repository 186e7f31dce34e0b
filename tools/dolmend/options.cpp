// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/options.hpp"

#include "model/name_list.hpp"
#include "model/toml_entries.hpp"

#include <fmt/core.h>
#include <charconv>

namespace dolmen::daemon {
namespace {

using model::bad_toml_entry;

Result<std::uint32_t> number(const toml::node& node, std::string_view key, std::int64_t least,
                             std::int64_t most) {
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value < least || *value > most)
        return bad_toml_entry(node, key, fmt::format("want a number from {} to {}", least, most));
    return static_cast<std::uint32_t>(*value);
}

Result<std::vector<std::string>> cgroups(const toml::node& node, std::string_view key) {
    const toml::array* entries = node.as_array();
    if (entries == nullptr)
        return bad_toml_entry(node, key, "want a list of cgroup paths");
    std::vector<std::string> paths;
    for (const toml::node& entry : *entries) {
        const auto path = entry.value_exact<std::string>();
        if (!path || !model::checked_cgroup(*path))
            return bad_toml_entry(entry, key, "want paths as \"/user.slice\"");
        paths.push_back(*path);
    }
    return paths;
}

struct LanName {
    const char* text;
    LanOption option;
};

constexpr LanName kLanNames[] = {{"auto", LanOption::kAuto},
                                 {"proxy", LanOption::kProxy},
                                 {"full", LanOption::kFull},
                                 {"direct", LanOption::kDirect},
                                 {"off", LanOption::kOff}};

Result<> apply(std::string_view key, const toml::node& node, Options& options) {
    if (key == "timeout_percent") {
        options.timeout_percent =
            DOLMEN_TRY(number(node, key, kLeastTimeoutPercent, kMostTimeoutPercent));
    } else if (key == "port") {
        options.port = static_cast<std::uint16_t>(DOLMEN_TRY(number(node, key, 1, 65535)));
    } else if (key == "listen") {
        const auto address = node.value_exact<std::string>();
        if (!address)
            return bad_toml_entry(node, key, "want an IPv4 address in quotes");
        options.listen = *address;
    } else if (key == "sessions") {
        options.sessions = DOLMEN_TRY(cgroups(node, key));
    } else if (key == "lan") {
        const auto lan = parse_lan(node.value_exact<std::string>().value_or(""));
        if (!lan)
            return bad_toml_entry(node, key, lan.error().to_string());
        options.lan = *lan;
    } else {
        return bad_toml_entry(node, key, "unknown key");
    }
    return {};
}

}  // namespace

Result<> apply_toml(const std::string& toml, Options& options) {
    return model::for_each_toml_entry(toml, [&](std::string_view key, const toml::node& node) {
        return apply(key, node, options);
    });
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

Result<LanOption> parse_lan(const std::string& text) {
    for (const LanName& name : kLanNames)
        if (text == name.text)
            return name.option;
    return fail_errno(
        fmt::format("lan \"{}\" (want \"auto\", \"proxy\", \"full\", \"direct\" or \"off\")", text),
        EINVAL);
}

}  // namespace dolmen::daemon
