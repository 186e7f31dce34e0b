// SPDX-License-Identifier: GPL-2.0-only
// dnsmasq.conf: addresses and boot loaders by DHCP, the loaders' files by TFTP.
#include "pxe/lib/firmware.hpp"
#include "pxe/lib/render.hpp"

#include <fmt/core.h>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dolmen::pxe {
namespace {

constexpr const char* kCommon = R"(# SPDX-License-Identifier: GPL-2.0-only
# Written by Dolmen (pxe/lib/dnsmasq.cpp) from its boot plan: changes here are lost.

# systemd keeps the process and what it says.
keep-in-foreground
log-facility=-
pid-file={run}/dnsmasq.pid
# No DNS.
port=0
# The cluster network alone, also when its address comes later or changes.
interface={interface}
bind-dynamic
# Each packet is told of: a machine is seen from its first one on.
log-dhcp
# Called for leases and for files sent by TFTP.
dhcp-script={script}
dhcp-leasefile={run}/dnsmasq.leases

# By TFTP the loader only; kernel and initrds go by HTTP.
enable-tftp={interface}
tftp-root={root}
# A room that is switched on at once; the default is 50.
tftp-max=200

# Which firmware asks (RFC 4578). UEFI is not served yet.
)";

constexpr const char* kFull = R"(
# Nobody else gives addresses here, so nobody has to wait for another answer.
dhcp-authoritative
dhcp-range={first},{last},{netmask},12h
# Firmware and Linux name themselves differently; both are the same machine.
dhcp-ignore-clid
# Looking whether an address is free takes seconds, one machine after the other.
no-ping
# The head is no router: a visitor's PC keeps its own way out.
dhcp-option=option:router
)";

constexpr const char* kProxy = R"(
# Another server gives the addresses; we only add what to boot.
dhcp-range={network},proxy,{netmask}
# An answer without a loader would keep other firmware from its own server.
dhcp-ignore={others}
)";

std::string architectures() {
    std::string lines;
    for (const Firmware& firmware : kFirmwares)
        lines += fmt::format("dhcp-match=set:{},option:client-arch,{}\n", firmware.tag,
                             firmware.architecture);
    lines += "\n# Boot ROMs that need another loader (pxe/lib/firmware.hpp tells why).\n";
    for (const Rom& rom : kRoms)
        lines += fmt::format("dhcp-match=set:{},175,{}\n", rom.tag, rom.begins);
    return lines;
}

// Each loader and the tags that must hold for it. Every client has one: it boots without a menu.
struct Choice {
    const Firmware& firmware;
    std::string tags;  // "tag:bios,tag:!ipxe-virtio"
    const char* loader;
};

std::vector<Choice> choices() {
    std::vector<Choice> found;
    for (const Firmware& firmware : kFirmwares) {
        const std::string tag = fmt::format("tag:{}", firmware.tag);
        std::string others = tag;
        for (const Rom& rom : kRoms) {
            if (std::string_view(rom.firmware) != firmware.tag)
                continue;
            found.push_back({firmware, fmt::format("{},tag:{}", tag, rom.tag), rom.loader});
            others += fmt::format(",tag:!{}", rom.tag);
        }
        found.push_back({firmware, others, firmware.loader});
    }
    return found;
}

std::string not_served(const BootPlan& plan) {
    std::string lines;
    if (!plan.not_served.empty())
        lines = "\n# Cards of the head itself, should they be plugged in here too.\n";
    for (const std::string& mac : plan.not_served)
        lines += fmt::format("dhcp-host={},ignore\n", mac);
    return lines;
}

// "tag:!bios": all tags together, as dnsmasq wants every one of them to hold.
std::string none_of_ours() {
    std::set<std::string> tags;
    for (const Firmware& firmware : kFirmwares)
        tags.insert(fmt::format("tag:!{}", firmware.tag));
    std::string list;
    for (const std::string& tag : tags)
        list += (list.empty() ? "" : ",") + tag;
    return list;
}

// The head may have several addresses on the interface: the one of the plan is told.
std::string full(const BootPlan& plan) {
    std::string text = fmt::format(kFull, fmt::arg("first", plan.range.first.to_string()),
                                   fmt::arg("last", plan.range.last.to_string()),
                                   fmt::arg("netmask", plan.subnet().netmask().to_string()));
    std::set<std::string> lines;
    for (const Choice& choice : choices())
        lines.insert(fmt::format("dhcp-boot={},{},,{}\n", choice.tags, choice.loader,
                                 plan.head.to_string()));
    for (const std::string& line : lines)
        text += line;
    return text;
}

std::string proxy(const BootPlan& plan) {
    std::string text =
        fmt::format(kProxy, fmt::arg("network", plan.subnet().network().address.to_string()),
                    fmt::arg("netmask", plan.subnet().netmask().to_string()),
                    fmt::arg("others", none_of_ours()));
    for (const Choice& choice : choices())
        text += fmt::format("pxe-service={},{},\"Dolmen node\",{}\n", choice.tags,
                            choice.firmware.service, choice.loader);
    return text;
}

}  // namespace

std::string dnsmasq_config(const BootPlan& plan) {
    const std::string common =
        fmt::format(kCommon, fmt::arg("run", plan.run_directory),
                    fmt::arg("interface", plan.interface), fmt::arg("script", plan.lease_script),
                    fmt::arg("root", plan.boot_directory)) +
        architectures() + not_served(plan);
    return common + (plan.mode == DhcpMode::kFull ? full(plan) : proxy(plan));
}

}  // namespace dolmen::pxe
