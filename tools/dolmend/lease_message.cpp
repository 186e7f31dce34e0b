// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/lease_message.hpp"

namespace dolmen::daemon {

std::string encode(const LeaseCall& call) {
    std::string message;
    for (const std::string& argument : call.arguments)
        message += argument + '\0';
    return message + call.vendor_class + '\0';
}

std::optional<LeaseCall> decode_lease_call(std::string_view message) {
    if (message.empty() || message.size() > kLeaseMessageLimit || message.back() != '\0')
        return std::nullopt;
    LeaseCall call;
    while (!message.empty()) {
        const auto end = message.find('\0');
        call.arguments.emplace_back(message.substr(0, end));
        message.remove_prefix(end + 1);
    }
    call.vendor_class = std::move(call.arguments.back());
    call.arguments.pop_back();
    return call;
}

}  // namespace dolmen::daemon
