// SPDX-License-Identifier: GPL-2.0-only
// Starting a command with a mode of placement: run, spread, local.
#pragma once

#include "kapi/kernel.hpp"

#include <optional>
#include <string>
#include <vector>

namespace dolmen::cli {

// Exit codes of a shell.
constexpr int kCannotExecute = 126;
constexpr int kNotFound = 127;

// The words of `dolmen run|spread|local OPTIONS COMMAND...`: what is ours and
// what is the command's, whose options must never be taken for ours.
struct LaunchWords {
    std::vector<std::string> own;  // with "run", "spread" or "local" as the first
    std::vector<std::string> command;
};
// `words`: all after the program's name. Other subcommands are all own.
LaunchWords split_words(const std::vector<std::string>& words);

// What can be started without the parser of arguments, whose own start takes longer than all of the
// rest. Anything unusual is left to it: help, errors, other ways to write an option.
struct PlainLaunch {
    dolmen_mode mode;
    std::string node;  // empty: any
};
std::optional<PlainLaunch> plain_launch(const LaunchWords& words);

// `wanted`: a name or an id. ENOENT: none is up by that name, with the names
// that are.
Result<std::uint32_t> find_node(const std::vector<dolmen_node_info>& nodes,
                                const std::string& wanted);
// The node with the most weight that is not the head; EHOSTDOWN: there is none.
Result<std::uint32_t> any_node(const std::vector<dolmen_node_info>& nodes);

// Becomes the command; returns only the exit code of a failure, which it has
// reported.
int launch(kapi::Kernel& kernel, dolmen_mode mode, std::uint32_t node,
           const std::vector<std::string>& command);

}  // namespace dolmen::cli
