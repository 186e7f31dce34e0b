// SPDX-License-Identifier: GPL-2.0-only
// What a head boots its nodes with, as it says at http://HEAD/boot/current: written by
// pxe/lib/current.cpp, read by nodes of any build, so members may only be added. Pure.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace dolmen::node {

constexpr std::size_t kBootPointerLimit = 16U << 10U;
constexpr std::size_t kMostInitrds = 4;
// Of the kernel, less its NUL.
constexpr std::size_t kCommandLineLimit = 2047;

struct BootPointer {
    std::string build;
    std::string kernel;                // URL
    std::vector<std::string> initrds;  // URLs, in this order
    std::string arguments;
};

std::string boot_pointer_url(const std::string& head);

// EBADMSG, with what is wrong. Members that are not known are left out.
Result<BootPointer> parse_boot_pointer(const std::string& text);

// What this machine keeps over the change: which card it booted from, an address that
// was given.
struct OwnArguments {
    std::string mac;
    std::string address;  // "ADDRESS/LENGTH" or empty
};

// E2BIG
Result<std::string> next_command_line(const BootPointer& pointer, const OwnArguments& own);

// Of what wget -S says. nullopt: the server did not tell.
std::optional<std::size_t> content_length(const std::string& response);

}  // namespace dolmen::node
