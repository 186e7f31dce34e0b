// SPDX-License-Identifier: GPL-2.0-only
// What `dolmen doctor` can find out about the machine it runs on. What can not be found
// out is a fact, too.
#pragma once

#include "cli/doctor.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace dolmen::cli {

// Takes some seconds: networks and nodes are asked.
Facts gather_facts(const std::string& tools_version, const std::string& socket);

// The release in the header of a bzImage, from its first bytes. nullopt: it is none.
std::optional<std::string> kernel_release_of(std::string_view image);

// What nodes are to load, from the text of boot/current: "build=", "kernel=", "initrd=".
struct BootPointer {
    std::string build;
    std::vector<std::string> urls;
};
BootPointer parse_boot_pointer(const std::string& text);

// Names of units that do not run, from `systemctl show --property=Id,ActiveState`.
std::vector<std::string> stopped_units(const std::string& shown);

}  // namespace dolmen::cli
