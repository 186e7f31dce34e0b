// SPDX-License-Identifier: GPL-2.0-only
// Names of the source that a document gives must exist: `path/file.c`, `function()`, MESSAGES.
#pragma once

#include "base/result.hpp"

#include <set>
#include <string>
#include <vector>

namespace dolmen::docs {

// What a document names in `code` spans.
struct References {
    std::set<std::string> files;      // with a dot or a slash: "process/place.c", "tools/cli"
    std::set<std::string> functions;  // written as "name()", without the parentheses
};
References find_references(const std::string& document);

// The document names `file` in full or from a folder that it speaks of: "place.c" is not enough,
// "process/place.c" is. Only files that end like sources are looked at.
bool is_named_file(const std::string& reference);

// Names of enum ssi_type in wire.h, without SSI_ and without the count at its end.
std::vector<std::string> message_names(const std::string& wire_header);

// All words of C that stand in `source`.
void add_words(const std::string& source, std::set<std::string>& words);

}  // namespace dolmen::docs
