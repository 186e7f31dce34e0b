// SPDX-License-Identifier: GPL-2.0-only
// The top entries of a TOML text, for the files of settings.
#pragma once

#include "base/result.hpp"

#include <functional>
#include <string>
#include <string_view>
// Header only: programs here must run where Debian's shared toml++ is not installed.
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

namespace dolmen::model {

// Calls `apply` for each key in the order of the keys; its first error ends it.
// EINVAL with the line: the text is no TOML.
Result<> for_each_toml_entry(
    const std::string& text,
    const std::function<Result<>(std::string_view key, const toml::node& node)>& apply);

// EINVAL: "line 3: port: <why>".
tl::unexpected<Error> bad_toml_entry(const toml::node& node, std::string_view key,
                                     std::string_view why);

}  // namespace dolmen::model
