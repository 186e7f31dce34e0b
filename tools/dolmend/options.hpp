// SPDX-License-Identifier: GPL-2.0-only
// What can be set: /etc/dolmen/dolmend.toml, the kernel's command line
// (dolmen.timeout_percent=N, dolmen.lan=MODE) and dolmend's own options, the later
// ones first.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace dolmen::daemon {

constexpr std::uint32_t kLeastTimeoutPercent = 100;
constexpr std::uint32_t kMostTimeoutPercent = 1000;

// What dolmend does on the networks that this machine is in (docs/lan.md).
enum class LanOption {
    kAuto,    // looks who serves them, then boots machines where that disturbs nobody
    kProxy,   // the same; beside a DHCP server it boots BIOS machines
    kFull,    // the same; there is an owner who insists on serving
    kDirect,  // an address on the first card with a link: machines boot by other means
    kOff,     // touches no card
};

struct Options {
    LanOption lan = LanOption::kAuto;
    std::uint32_t timeout_percent = 100;  // of every timeout in kernel and daemons
    std::string listen = "0.0.0.0";       // IPv4 address of the join port
    std::uint16_t port = 7747;
    std::vector<std::string> sessions = {"/user.slice"};  // cgroups whose programs spread
    std::string config_directory = "/etc/dolmen";         // of the lists
    std::string run_directory = "/run/dolmen";            // of the socket
    // Must be gone after a boot and must not be after a restart of dolmend: not
    // in run_directory, which a unit's RuntimeDirectory= empties.
    std::string state_file = "/run/dolmend.state";
};

// Sets what `toml` has. EINVAL, with line and key: unknown key, wrong type, out of range.
Result<> apply_toml(const std::string& toml, Options& options);
// `text`: the value of dolmen.timeout_percent.
Result<std::uint32_t> parse_timeout_percent(const std::string& text);
// "auto", "proxy", "full", "direct", "off": what dolmen.lan= may be. EINVAL
Result<LanOption> parse_lan(const std::string& text);

}  // namespace dolmen::daemon
