// SPDX-License-Identifier: GPL-2.0-only
#include "docs/limits.hpp"

#include "docs/rules.hpp"

#include <fmt/core.h>
#include <fmt/format.h>
#include <algorithm>

namespace dolmen::docs {
namespace {

constexpr const char* kBegin = "<!-- made by `cmake --build build --target limits`: begin -->\n";
constexpr const char* kEnd = "<!-- made: end -->\n";

std::string quoted(const std::vector<std::string>& names) {
    return fmt::format("{}", fmt::join(names, ", "));
}

std::vector<std::string> names_of(const Section& section, Where where) {
    std::vector<std::string> names;
    for (const Call& call : section.calls)
        if (call.where == where)
            names.push_back(call.name);
    return names;
}

std::string table_of(const std::vector<Section>& sections, Where where) {
    std::string text = "| about | calls |\n|---|---|\n";
    for (const Section& section : sections)
        if (const auto names = names_of(section, where); !names.empty())
            text += fmt::format("| {} | {} |\n", section.title, quoted(names));
    return text;
}

// What the source says of the arguments: the cases of a switch, else the constants it looks at.
std::string arguments_of(const Decision& decision) {
    if (decision.cases.empty())
        return fmt::format("{}", fmt::join(decision.constants, ", "));
    std::vector<std::string> parts;
    for (const Decision::Case& one : decision.cases)
        parts.push_back(fmt::format("{}: {}", one.values.empty() ? "else" : quoted(one.values),
                                    fmt::join(one.places, " or ")));
    return fmt::format("{}", fmt::join(parts, "; "));
}

Result<std::string> rules_table(const std::vector<Section>& sections,
                                const std::map<std::string, Decision>& decisions) {
    std::string text = "| call | in words | looks at |\n|---|---|---|\n";
    for (const Section& section : sections) {
        for (const Call& call : section.calls) {
            if (call.where != Where::kRule)
                continue;
            const auto decision = decisions.find(call.rule);
            if (decision == decisions.end())
                return fail_errno("find the decision " + call.rule, EINVAL);
            const auto words = words_of_rule(call.rule);
            if (words.empty())
                return fail(Error::system("find words for the decision " + call.rule, EINVAL)
                                .hint("add them to tools/docs/rules.cpp"));
            text +=
                fmt::format("| {} | {} | {} |\n", call.name, words, arguments_of(decision->second));
        }
    }
    return text;
}

std::string absent_table(const std::vector<Section>& sections) {
    const auto has_row = [&](const std::string& name) {
        return std::any_of(sections.begin(), sections.end(), [&](const Section& section) {
            return std::any_of(section.calls.begin(), section.calls.end(),
                               [&](const Call& call) { return call.name == name; });
        });
    };
    std::string text = "| about | calls |\n|---|---|\n";
    for (const AbsentGroup& group : absent_groups()) {
        std::vector<std::string> names;
        std::remove_copy_if(group.calls.begin(), group.calls.end(), std::back_inserter(names),
                            has_row);
        if (!names.empty())
            text += fmt::format("| {} | {} |\n", group.title, quoted(names));
    }
    return text;
}

}  // namespace

Result<std::string> limits_text(const std::vector<Section>& sections,
                                const std::map<std::string, Decision>& decisions) {
    std::string text =
        "### Goes home\n\n"
        "Every call that has no row in the table, and so every one that is new. Among them:\n\n";
    text += absent_table(sections);
    text += "\n### Depends on its arguments\n\n";
    text += DOLMEN_TRY(rules_table(sections, decisions));
    text +=
        "\n### Home answers it\n\nOne message there, one back; the process stays where it is.\n\n";
    text += table_of(sections, Where::kAsk);
    text +=
        "\n### Here (path)\n\n"
        "Done by the node, unless the file turns out to be home's; then it goes home.\n\n";
    text += table_of(sections, Where::kPath);
    text +=
        "\n### Here\n\nDone by the node's kernel, with no message unless the file is remote.\n\n";
    text += table_of(sections, Where::kHere);
    return text;
}

Result<std::string> put_between_markers(const std::string& document, const std::string& text) {
    const std::string begin_mark = kBegin;
    const auto begin = document.find(begin_mark);
    const auto end = document.find(kEnd, begin);
    if (begin == std::string::npos || end == std::string::npos)
        return fail_errno("find the markers of the made part", EINVAL);
    const auto from = begin + begin_mark.size();
    return document.substr(0, from) + "\n" + text + "\n" + document.substr(end);
}

}  // namespace dolmen::docs
