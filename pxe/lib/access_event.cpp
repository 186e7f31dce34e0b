// SPDX-License-Identifier: GPL-2.0-only
// What nginx tells, by the log_format of nginx.cpp:
// "<190>Nov 22 23:26:10 dolmen_boot: ADDRESS STATUS whole|part METHOD PATH".
#include "pxe/lib/boot_event.hpp"
#include "pxe/lib/boot_plan.hpp"
#include "pxe/lib/event_text.hpp"

#include <algorithm>

namespace dolmen::pxe {

std::optional<BootEvent> access_event(std::string_view message) {
    constexpr std::string_view kTag = " dolmen_boot: ";
    const auto tag = message.find(kTag);
    if (tag == std::string_view::npos)
        return std::nullopt;
    message.remove_prefix(tag + kTag.size());
    const auto address = address_of(next_word(message));
    const auto status = number_of(next_word(message), 999);
    const std::string_view extent = next_word(message);
    const std::string_view method = next_word(message);
    const std::string boot = build_path("");
    if (!address || !status || method != "GET" || !message.starts_with(boot))
        return std::nullopt;
    message.remove_prefix(boot.size());
    const std::string_view build = message.substr(0, message.find('/'));
    message.remove_prefix(std::min(build.size() + 1, message.size()));
    if (!is_name(build) || !is_name(message))
        return std::nullopt;
    return FileRequest{*address, std::string(build), std::string(message), *status,
                       extent == "whole"};
}

}  // namespace dolmen::pxe
