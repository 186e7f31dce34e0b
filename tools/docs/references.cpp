// SPDX-License-Identifier: GPL-2.0-only
#include "docs/references.hpp"

#include <cctype>
#include <regex>

namespace dolmen::docs {

References find_references(const std::string& document) {
    static const std::regex kSpan("`([^`\n]+)`");
    static const std::regex kFunction(R"((\w+)\(\))");
    References references;
    for (std::sregex_iterator span(document.begin(), document.end(), kSpan), end; span != end;
         ++span) {
        const std::string text = (*span)[1];
        std::smatch function;
        if (is_named_file(text))
            references.files.insert(text);
        else if (std::regex_match(text, function, kFunction))
            references.functions.insert(function[1]);
    }
    return references;
}

bool is_named_file(const std::string& reference) {
    static const std::regex kFile(
        R"([\w./-]+/[\w.-]+\.(c|h|cpp|hpp|sh|toml|list|txt|md)|[\w./-]+/)");
    return reference.front() != '/' && std::regex_match(reference, kFile);
}

std::vector<std::string> message_names(const std::string& wire_header) {
    static const std::regex kName(R"(\n\tSSI_(\w+)( = 1)?,)");
    std::vector<std::string> names;
    const auto begin = wire_header.find("enum ssi_type {");
    const auto end = wire_header.find("};", begin);
    if (begin == std::string::npos || end == std::string::npos)
        return names;
    const std::string body = wire_header.substr(begin, end - begin);
    for (std::sregex_iterator name(body.begin(), body.end(), kName), none; name != none; ++name)
        names.push_back((*name)[1]);
    return names;
}

void add_words(const std::string& source, std::set<std::string>& words) {
    std::string word;
    for (const char letter : source + " ") {
        if (std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_') {
            word += letter;
        } else if (!word.empty()) {
            words.insert(std::move(word));
            word.clear();
        }
    }
}

}  // namespace dolmen::docs
