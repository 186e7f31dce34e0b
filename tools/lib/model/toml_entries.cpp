// SPDX-License-Identifier: GPL-2.0-only
#include "model/toml_entries.hpp"

#include <fmt/core.h>

namespace dolmen::model {

Result<> for_each_toml_entry(
    const std::string& text,
    const std::function<Result<>(std::string_view key, const toml::node& node)>& apply) {
    toml::table table;
    try {
        table = toml::parse(text);
    } catch (const toml::parse_error& error) {
        return fail_errno(
            fmt::format("line {}: {}", error.source().begin.line, error.description()), EINVAL);
    }
    for (const auto& [key, node] : table)
        DOLMEN_TRY(apply(key.str(), node));
    return {};
}

tl::unexpected<Error> bad_toml_entry(const toml::node& node, std::string_view key,
                                     std::string_view why) {
    return fail_errno(fmt::format("line {}: {}: {}", node.source().begin.line, key, why), EINVAL);
}

}  // namespace dolmen::model
