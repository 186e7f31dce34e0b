// SPDX-License-Identifier: GPL-2.0-only
// BootPlan: what boots what, as one value. All files that dnsmasq, PXELINUX and
// nginx read are made from it (render.hpp), and from nothing else.
#pragma once

#include "base/ipv4.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dolmen::pxe {

enum class DhcpMode {
    kOff,    // nothing is served
    kProxy,  // another server gives the addresses, we add the boot loader
    kFull,   // nobody else serves: addresses are ours to give
};

struct AddressRange {
    Ipv4 first;
    Ipv4 last;
};

// Bytes of a build id or a file name.
constexpr std::size_t kNameLimit = 64;
// The kernel's command line has the URLs of kernel and initrds in it, too, and takes
// 2047 bytes in all.
constexpr std::size_t kMostInitrds = 4;
constexpr std::size_t kArgumentLimit = 1024;

struct BootPlan {
    DhcpMode mode = DhcpMode::kOff;
    std::string interface;  // of the cluster network; nothing is served on others
    Ipv4 head;              // the head's own address there
    unsigned prefix = 24;   // 8..30: length of that network
    AddressRange range;     // given to who asks; only kFull looks at it
    std::uint16_t http_port = 80;
    // MACs that get no answer by DHCP: the head's own cards, which may hear each other.
    std::vector<std::string> not_served;

    // The root of TFTP and HTTP: loaders, pxelinux.cfg/, boot/BUILD/.
    std::string boot_directory = "/srv/dolmen";
    // Configuration of the servers, their leases, pids and temporary files.
    std::string run_directory = "/run/dolmen-lan";
    // Program that dnsmasq calls for each lease and each file sent by TFTP.
    std::string lease_script = "/usr/lib/dolmen/lease-event";
    // Unix socket that hears of each file sent by HTTP, as syslog messages.
    std::string access_socket = "/run/dolmen-lan/access.socket";

    std::string build;  // id of what is booted: names its directory, so never used twice
    std::string kernel = "vmlinuz";                   // names below boot/BUILD/
    std::vector<std::string> initrds = {"node.img"};  // in this order; 1..kMostInitrds
    // Words of the kernel's command line. "dolmen.head=", "dolmen.build=" and what tells
    // the network card it booted from ("BOOTIF=") are added. panic=: what was loaded
    // broken, or crashes, is loaded again. loglevel=: the screen is for what the node
    // says; of the kernel it shows warnings and worse.
    std::vector<std::string> arguments = {"console=tty0", "console=ttyS0,115200", "panic=15",
                                          "loglevel=5"};

    Ipv4Network subnet() const { return {head, prefix}; }
};

// EINVAL, with the name of the member and what it should be. With kOff nothing is
// looked at: nothing is made of it.
Result<> check(const BootPlan& plan);

// Letters, digits and . _ + ~ - after a letter or digit; at most kNameLimit. So it
// means itself in a path, in a URL and in all the files that are made.
bool is_name(std::string_view text);

// All words of the kernel's command line but BOOTIF=.
std::string kernel_arguments(const BootPlan& plan);

// Among the builds, what says which one is booted: no build has this name.
constexpr const char* kCurrent = "current";

// Where files of the plan are, below boot_directory and in a URL alike.
std::string build_path(std::string_view build);  // "/boot/BUILD"
std::string boot_url(const BootPlan& plan, const std::string& file);

}  // namespace dolmen::pxe
