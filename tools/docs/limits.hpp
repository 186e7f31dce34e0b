// SPDX-License-Identifier: GPL-2.0-only
// The made part of docs/limits.md: what each system call of a guest is.
#pragma once

#include "docs/call_table.hpp"

#include <map>
#include <string>
#include <vector>

namespace dolmen::docs {

// Text between the markers. EINVAL: a rule without a decision or without words.
Result<std::string> limits_text(const std::vector<Section>& sections,
                                const std::map<std::string, Decision>& decisions);

// `document` with the text between its markers replaced. EINVAL: it has no markers.
Result<std::string> put_between_markers(const std::string& document, const std::string& text);

}  // namespace dolmen::docs
