// SPDX-License-Identifier: GPL-2.0-only
// BootEvent: what dnsmasq and nginx tell of machines that boot. Parsers are pure;
// whatever a machine of the network has sent is in range here or no event.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace dolmen::pxe {

// A machine has asked by DHCP.
struct DhcpRequest {
    std::string mac;            // "52:54:00:00:77:01"
    std::string address;        // IPv4 it has or is given; empty: none yet
    bool network_boot = false;  // its firmware asked, for something to boot
    std::string problem;        // why it will not get that; empty: it will
    bool operator==(const DhcpRequest&) const = default;
};

// Whose address it is, without any sign of life.
struct AddressOwner {
    std::string mac;
    std::string address;
    bool operator==(const AddressOwner&) const = default;
};

struct LeaseEnd {
    std::string mac;
    bool operator==(const LeaseEnd&) const = default;
};

struct FileRequest {
    std::string address;  // IPv4 of who asked
    std::string build;    // empty: a file of the loader
    std::string file;
    unsigned status = 200;  // of HTTP
    bool whole = true;      // all of the answer was sent
    bool operator==(const FileRequest&) const = default;
};

using BootEvent = std::variant<DhcpRequest, AddressOwner, LeaseEnd, FileRequest>;

// dnsmasq's dhcp-script: its arguments without the program's name (add|old|del MAC
// ADDRESS [HOST], or tftp SIZE ADDRESS PATH) and DNSMASQ_VENDOR_CLASS of its
// environment, empty if that is not set. nullopt: tells nothing of a machine.
std::optional<BootEvent> lease_event(const std::vector<std::string>& arguments,
                                     std::string_view vendor_class);

// A line of dnsmasq's log. The only word of machines whose addresses are another
// server's, or that are not given one. nullopt: tells nothing of a machine.
std::optional<BootEvent> dhcp_log_event(std::string_view line);

// A message of nginx as nginx.cpp has it told. nullopt: no file of a build was asked
// for.
std::optional<BootEvent> access_event(std::string_view message);

}  // namespace dolmen::pxe
