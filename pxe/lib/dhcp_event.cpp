// SPDX-License-Identifier: GPL-2.0-only
// What dnsmasq tells: the calls of its dhcp-script, and its log.
#include "pxe/lib/boot_event.hpp"
#include "pxe/lib/boot_plan.hpp"
#include "pxe/lib/event_text.hpp"
#include "pxe/lib/firmware.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace dolmen::pxe {
namespace {

constexpr std::string_view kFirmwareClass = "PXEClient";
constexpr const char* kNotServed = "its firmware is UEFI; only BIOS machines boot so far";

bool is_served(std::string_view vendor_class) {
    // "PXEClient:Arch:00000:UNDI:002001"; very old firmware says less, and is BIOS.
    constexpr std::string_view kArchitecture = ":Arch:";
    const auto at = vendor_class.find(kArchitecture);
    if (at == std::string_view::npos)
        return true;
    const auto architecture =
        number_of(vendor_class.substr(at + kArchitecture.size(), 5), UINT16_MAX);
    return std::any_of(std::begin(kFirmwares), std::end(kFirmwares), [&](const Firmware& firmware) {
        return architecture == firmware.architecture;
    });
}

std::optional<BootEvent> tftp_event(const std::vector<std::string>& arguments) {
    constexpr std::size_t kAddress = 2;
    constexpr std::size_t kPath = 3;
    if (arguments.size() <= kPath)
        return std::nullopt;
    const auto address = address_of(arguments[kAddress]);
    const std::string& path = arguments[kPath];
    const std::string file = path.substr(path.rfind('/') + 1);
    if (!address || !is_name(file))
        return std::nullopt;
    return FileRequest{*address, "", file};
}

// "PXE(eth1)" and the like: the part before the bracket.
std::string_view message_name(std::string_view word) {
    const auto bracket = word.find('(');
    if (bracket == std::string_view::npos || !word.ends_with(')'))
        return {};
    return word.substr(0, bracket);
}

}  // namespace

std::optional<BootEvent> lease_event(const std::vector<std::string>& arguments,
                                     std::string_view vendor_class) {
    if (!arguments.empty() && arguments[0] == "tftp")
        return tftp_event(arguments);
    if (arguments.size() < 3)
        return std::nullopt;
    const std::string& action = arguments[0];
    const auto mac = mac_of(arguments[1]);
    const auto address = address_of(arguments[2]);
    if (!mac || !address)
        return std::nullopt;
    if (action == "del")
        return LeaseEnd{*mac};
    // A dnsmasq that starts tells of all leases it knows, as "old" and without class.
    if (action == "old" && vendor_class.empty())
        return AddressOwner{*mac, *address};
    if (action != "add" && action != "old")
        return std::nullopt;
    const bool firmware = vendor_class.starts_with(kFirmwareClass);
    const bool refused = firmware && !is_served(vendor_class);
    return DhcpRequest{*mac, *address, firmware, refused ? kNotServed : ""};
}

// "dnsmasq-dhcp[PID]: TRANSACTION NAME(INTERFACE) [ADDRESS] MAC [MORE]". What clients
// choose freely stands on other lines, behind words that are no NAME.
std::optional<BootEvent> dhcp_log_event(std::string_view line) {
    if (!next_word(line).starts_with("dnsmasq-dhcp[") || !number_of(next_word(line), UINT32_MAX))
        return std::nullopt;
    const std::string_view name = message_name(next_word(line));
    if (name != "PXE" && name != "DHCPDISCOVER" && name != "DHCPREQUEST")
        return std::nullopt;
    std::string_view word = next_word(line);
    const auto address = address_of(word);
    if (address)
        word = next_word(line);
    const auto mac = mac_of(word);
    if (!mac)
        return std::nullopt;
    const bool refused = line.starts_with("proxy-ignored");
    return DhcpRequest{*mac, address.value_or(""), name == "PXE", refused ? kNotServed : ""};
}

}  // namespace dolmen::pxe
