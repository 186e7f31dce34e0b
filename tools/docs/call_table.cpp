// SPDX-License-Identifier: GPL-2.0-only
#include "docs/call_table.hpp"

#include <algorithm>
#include <regex>
#include <sstream>

namespace dolmen::docs {
namespace {

using Matches = std::sregex_iterator;

struct Function {
    std::string name;
    bool is_decision = false;
    std::string body;
};

// Functions as the kernel's style has them: a brace alone at the start of a line begins and ends
// the body, and the name stands in the lines before.
std::vector<Function> split_functions(const std::string& source) {
    static const std::regex kHead(R"((DECIDE)\((\w+)\)|\b(\w+)\s*\([^;{}]*\)\s*$)");
    std::vector<Function> functions;
    std::istringstream lines(source);
    std::string line, head;
    bool inside = false;
    while (std::getline(lines, line)) {
        if (inside && line == "}") {
            inside = false;
        } else if (inside) {
            functions.back().body += line + "\n";
        } else if (line == "{") {
            std::smatch found;
            Function function;
            if (std::regex_search(head, found, kHead)) {
                function.is_decision = found[1].matched;
                function.name = function.is_decision ? found[2] : found[3];
            }
            functions.push_back(std::move(function));
            inside = true;
            head.clear();
        } else {
            const bool ends = line.empty() || line.find(';') != std::string::npos ||
                              line.find("*/") != std::string::npos;
            head = ends ? "" : head + " " + line;
        }
    }
    return functions;
}

std::string place_text(const std::string& token) {
    if (token == "SSI_HERE" || token == "SSI_HERE_PATH")
        return "here";
    if (token == "SSI_ASK_HOME")
        return "home answers";
    if (token == "SSI_GO_HOME")
        return "goes home";
    return "Dolmen answers";
}

void add_once(std::vector<std::string>& list, const std::string& text) {
    if (std::find(list.begin(), list.end(), text) == list.end())
        list.push_back(text);
}

void note_places(const std::string& line, std::vector<std::string>& places) {
    static const std::regex kPlace(R"(\bSSI_(HERE_PATH|HERE|ASK_HOME|GO_HOME)\b|\bdone\()");
    for (Matches found(line.begin(), line.end(), kPlace), end; found != end; ++found)
        add_once(places, place_text(found->str()));
}

std::vector<Decision::Case> parse_switch(const std::string& body) {
    static const std::regex kLabel(R"(^\s*case (\w+):)");
    std::vector<Decision::Case> cases;
    if (body.find("switch (") == std::string::npos)
        return cases;
    std::istringstream lines(body);
    std::string line;
    bool inside = false, labels = false;
    while (std::getline(lines, line)) {
        std::smatch found;
        if (std::regex_search(line, found, kLabel)) {
            if (!labels)
                cases.emplace_back();
            inside = labels = true;
            cases.back().values.push_back(found[1]);
            continue;
        }
        labels = false;
        if (inside && line == "\t}") {  // the end of the switch: all others
            cases.emplace_back();
        } else if (inside) {
            note_places(line, cases.back().places);
        }
    }
    return cases;
}

std::set<std::string> constants_of(const std::string& body) {
    static const std::regex kConstant(R"(\b(?!SSI_)[A-Z][A-Z0-9]*_[A-Z0-9_]+\b)");
    std::set<std::string> constants;
    for (Matches found(body.begin(), body.end(), kConstant), end; found != end; ++found)
        constants.insert(found->str());
    return constants;
}

// Adds those of the static functions that are called, and of what these call.
void follow_calls(const std::string& body, const std::vector<Function>& functions,
                  std::set<std::string>& seen, std::set<std::string>& constants) {
    static const std::regex kCall(R"(\b(\w+)\()");
    constants.merge(constants_of(body));
    for (Matches found(body.begin(), body.end(), kCall), end; found != end; ++found) {
        const std::string name = (*found)[1];
        for (const Function& function : functions)
            if (function.name == name && !function.is_decision && seen.insert(name).second)
                follow_calls(function.body, functions, seen, constants);
    }
}

}  // namespace

Result<std::vector<Section>> parse_call_table(const std::string& source) {
    static const std::regex kToken(
        R"(/\* (.*?) \*/|\b(HERE|PATH|ASK)\((\w+)\)|\bBY\((\w+),\s*ssi_decide_(\w+)\)|\b(\w+)\()");
    const auto begin = source.find("rows[] = {");
    const auto end = source.find("\n};", begin);
    if (begin == std::string::npos || end == std::string::npos)
        return fail_errno("find the table of system calls", EINVAL);
    const std::string table = source.substr(begin, end - begin);
    std::vector<Section> sections;
    for (Matches found(table.begin(), table.end(), kToken), none; found != none; ++found) {
        const std::smatch& match = *found;
        if (match[1].matched) {
            sections.push_back({match[1], {}});
            continue;
        }
        if (match[6].matched)
            return fail_errno("a row of kind " + match[6].str(), EINVAL);
        if (sections.empty())
            sections.emplace_back();
        if (match[4].matched) {
            sections.back().calls.push_back({match[4], Where::kRule, match[5]});
            continue;
        }
        const std::string kind = match[2];
        const Where where = kind == "HERE"   ? Where::kHere
                            : kind == "PATH" ? Where::kPath
                                             : Where::kAsk;
        sections.back().calls.push_back({match[3], where, ""});
    }
    return sections;
}

Result<std::map<std::string, Decision>> parse_decisions(const std::string& source) {
    const std::vector<Function> functions = split_functions(source);
    std::map<std::string, Decision> decisions;
    for (const Function& function : functions) {
        if (!function.is_decision)
            continue;
        Decision decision;
        decision.cases = parse_switch(function.body);
        std::set<std::string> seen;
        follow_calls(function.body, functions, seen, decision.constants);
        decisions[function.name] = std::move(decision);
    }
    if (decisions.empty())
        return fail_errno("find decisions by argument", EINVAL);
    return decisions;
}

}  // namespace dolmen::docs
