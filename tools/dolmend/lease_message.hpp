// SPDX-License-Identifier: GPL-2.0-only
// The datagram by which the program lease-event, which dnsmasq calls, hands on to dolmend
// what it was called with. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dolmen::daemon {

// In dnsmasq's run directory, beside nginx's.
constexpr const char* kLeaseSocket = "/run/dolmen-lan/lease.socket";
constexpr std::size_t kLeaseMessageLimit = 4096;

struct LeaseCall {
    std::vector<std::string> arguments;  // without the program's name
    std::string vendor_class;            // DNSMASQ_VENDOR_CLASS
    bool operator==(const LeaseCall&) const = default;
};

// Texts that end with NUL; the vendor class is the last one.
std::string encode(const LeaseCall& call);
// nullopt: it is none of these.
std::optional<LeaseCall> decode_lease_call(std::string_view message);

}  // namespace dolmen::daemon
