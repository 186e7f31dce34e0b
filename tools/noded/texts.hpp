// SPDX-License-Identifier: GPL-2.0-only
// The lines of a node's screen, in words for who stands before it. Pure; the golden
// file is noded/tests/screen.golden, docs/node.md tells what to do about each.
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace dolmen::node {

// As it is shown: in one line, printable, cut to what a reader takes in. Some of it
// comes from the network.
std::string screen_line(const std::string& text);

namespace text {

std::string starting();
std::string no_card();
std::string no_cable(const std::vector<std::string>& cards);
std::string cable_out(const std::string& card);
std::string asking(const std::string& card);
std::string no_answer(const std::string& card, std::chrono::milliseconds delay);
std::string address_lost(const std::string& card);
std::string looking(const std::string& card, const std::string& address, const std::string& head);
std::string head_silent(const std::string& head, const Error& error);
std::string found(const std::string& head);
std::string refused(const std::string& head, const std::string& reason);
std::string failed(const Error& error);
std::string root_mounted();
std::string joined(const std::string& name, const std::string& head);
std::string lost(const std::string& why);
std::string other_build(const std::string& head);
std::string loading(const std::string& build);
std::string next_kernel_failed(const Error& error, std::chrono::milliseconds delay);
std::string starting_next(const std::string& build);

}  // namespace text

}  // namespace dolmen::node
