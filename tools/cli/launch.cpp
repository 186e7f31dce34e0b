// SPDX-License-Identifier: GPL-2.0-only
#include "cli/launch.hpp"

#include "cli/report.hpp"
#include "kapi/text.hpp"

#include <fmt/core.h>
#include <unistd.h>
#include <algorithm>

namespace dolmen::cli {

LaunchWords split_words(const std::vector<std::string>& words) {
    const bool launcher =
        !words.empty() && (words[0] == "run" || words[0] == "spread" || words[0] == "local");
    if (!launcher)
        return {words, {}};
    std::size_t end = 1;
    while (end < words.size() && words[end].starts_with('-') && words[end] != "--")
        end += words[end] == "--on" ? 2 : 1;
    end = std::min(end, words.size());
    LaunchWords split;
    const auto middle = words.begin() + static_cast<std::ptrdiff_t>(end);
    split.own.assign(words.begin(), middle);
    split.command.assign(middle, words.end());
    if (!split.command.empty() && split.command[0] == "--")
        split.command.erase(split.command.begin());
    return split;
}

std::optional<PlainLaunch> plain_launch(const LaunchWords& words) {
    const std::vector<std::string>& own = words.own;
    if (own.empty() || words.command.empty())
        return {};
    if (own.size() == 1 && own[0] == "local")
        return PlainLaunch{DOLMEN_MODE_LOCAL, ""};
    if (own.size() == 1 && own[0] == "spread")
        return PlainLaunch{DOLMEN_MODE_SPREAD, ""};
    if (own.size() == 1 && own[0] == "run")
        return PlainLaunch{DOLMEN_MODE_NODE, ""};
    if (own.size() == 3 && own[0] == "run" && own[1] == "--on")
        return PlainLaunch{DOLMEN_MODE_NODE, own[2]};
    return {};
}

Result<std::uint32_t> find_node(const std::vector<dolmen_node_info>& nodes,
                                const std::string& wanted) {
    std::string names;
    for (const dolmen_node_info& node : nodes) {
        if (node.state != DOLMEN_NODE_UP)
            continue;
        const std::string name = kapi::text(node.name);
        if (name == wanted || fmt::format("{}", node.node) == wanted)
            return node.node;
        names += (names.empty() ? "" : ", ") + name;
    }
    return fail(
        Error::system("find node \"" + wanted + "\"", ENOENT).hint("these are up: " + names));
}

Result<std::uint32_t> any_node(const std::vector<dolmen_node_info>& nodes) {
    const dolmen_node_info* best = nullptr;
    for (const dolmen_node_info& node : nodes) {
        if (node.node == 0 || node.state != DOLMEN_NODE_UP)
            continue;
        if (best == nullptr || node.weight > best->weight)
            best = &node;
    }
    if (best == nullptr)
        return fail(Error::system("find a node to run on", EHOSTDOWN)
                        .hint("see `dolmen nodes` and `dolmen events`"));
    return best->node;
}

int launch(kapi::Kernel& kernel, dolmen_mode mode, std::uint32_t node,
           const std::vector<std::string>& command) {
    const auto set = kernel.set_mode(mode, node);
    if (!set)
        return report(set.error());
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const std::string& argument : command)
        arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
    const int number = errno;
    report(Error::system("run " + command[0], number));
    return number == ENOENT ? kNotFound : kCannotExecute;
}

}  // namespace dolmen::cli
