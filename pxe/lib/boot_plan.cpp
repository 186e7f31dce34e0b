// SPDX-License-Identifier: GPL-2.0-only
#include "pxe/lib/boot_plan.hpp"

#include "pxe/lib/event_text.hpp"

#include <fmt/core.h>
#include <net/if.h>
#include <sys/un.h>
#include <algorithm>
#include <set>

namespace dolmen::pxe {
namespace {

constexpr std::string_view kAlphanumeric =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

bool consists_of(std::string_view text, std::string_view more) {
    return std::all_of(text.begin(), text.end(), [&](char character) {
        return kAlphanumeric.find(character) != std::string_view::npos ||
               more.find(character) != std::string_view::npos;
    });
}

tl::unexpected<Error> bad(std::string_view member, std::string_view value, const char* wanted) {
    return fail_errno(fmt::format("{}: \"{}\" (want {})", member, value, wanted), EINVAL);
}

// Three programs read these paths, each with other rules for quoting: none is needed.
Result<> check_path(const char* member, const std::string& path, std::size_t limit) {
    const bool good = path.size() > 1 && path.size() <= limit && path.starts_with('/') &&
                      !path.ends_with('/') && consists_of(path, "/._+-") &&
                      path.find("//") == std::string::npos &&
                      (path + "/").find("/./") == std::string::npos &&
                      (path + "/").find("/../") == std::string::npos;
    if (!good)
        return bad(member, path, "an absolute path of letters, digits and . _ + -, without \"..\"");
    return {};
}

Result<> check_name(const char* member, const std::string& name) {
    if (!is_name(name))
        return bad(member, name,
                   "at most 64 letters, digits and . _ + ~ -, not first one of those");
    return {};
}

Result<> check_network(const BootPlan& plan) {
    const std::string& interface = plan.interface;
    if (interface.empty() || interface.size() >= IFNAMSIZ || !consists_of(interface, "._-"))
        return bad("interface", interface, "the name of a network interface");
    if (plan.prefix < 8 || plan.prefix > 30)
        return bad("prefix", std::to_string(plan.prefix), "8 to 30");
    if (!plan.subnet().has_host(plan.head))
        return bad("head", plan.head.to_string(), "the address of a host");
    for (const std::string& mac : plan.not_served)
        if (mac_of(mac) != mac)
            return bad("not_served", mac, "the MAC of a card, in lower case");
    if (plan.http_port == 0)
        return bad("http_port", "0", "1 to 65535");
    return {};
}

Result<> check_range(const BootPlan& plan) {
    const auto& [first, last] = plan.range;
    const Ipv4Network subnet = plan.subnet();
    for (const Ipv4 end : {first, last})
        if (!subnet.has_host(end))
            return fail_errno(fmt::format("range: {} is not a host of the network {}",
                                          end.to_string(), subnet.network().to_string()),
                              EINVAL);
    if (last < first)
        return fail_errno(
            fmt::format("range: {} comes after {}", first.to_string(), last.to_string()), EINVAL);
    if (plan.head >= first && plan.head <= last)
        return fail_errno(
            fmt::format("range: the head's own address {} is in it", plan.head.to_string()),
            EINVAL);
    return {};
}

Result<> check_paths(const BootPlan& plan) {
    // What lies below them must still fit into a path of the kernel.
    constexpr std::size_t kPathLimit = 1024;
    DOLMEN_TRY(check_path("boot_directory", plan.boot_directory, kPathLimit));
    DOLMEN_TRY(check_path("run_directory", plan.run_directory, kPathLimit));
    DOLMEN_TRY(check_path("lease_script", plan.lease_script, kPathLimit));
    return check_path("access_socket", plan.access_socket, sizeof(sockaddr_un::sun_path) - 1);
}

Result<> check_boot_files(const BootPlan& plan) {
    DOLMEN_TRY(check_name("build", plan.build));
    if (plan.build == kCurrent)
        return bad("build", plan.build, "another name: this one says which build is booted");
    DOLMEN_TRY(check_name("kernel", plan.kernel));
    if (plan.initrds.empty() || plan.initrds.size() > kMostInitrds)
        return bad("initrds", fmt::format("{} of them", plan.initrds.size()).c_str(), "1 to 4");
    std::set<std::string> names = {plan.kernel};
    for (const std::string& initrd : plan.initrds) {
        DOLMEN_TRY(check_name("initrds", initrd));
        if (!names.insert(initrd).second)
            return bad("initrds", initrd, "each name once");
    }
    return {};
}

Result<> check_arguments(const BootPlan& plan) {
    std::size_t length = 0;
    for (const std::string& word : plan.arguments) {
        const bool visible = std::all_of(word.begin(), word.end(),
                                         [](char byte) { return byte > ' ' && byte < 0x7f; });
        if (word.empty() || !visible)
            return bad("arguments", word, "words without blanks, in ASCII");
        // PXELINUX takes the first "initrd=" it finds, also within another word.
        if (word.find("initrd=") != std::string::npos)
            return bad("arguments", word, "initrds to be named as such");
        length += word.size() + 1;
    }
    if (length > kArgumentLimit)
        return fail_errno(
            fmt::format("arguments: {} bytes (want at most {})", length, kArgumentLimit), EINVAL);
    return {};
}

}  // namespace

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= kNameLimit && consists_of(text.substr(0, 1), "") &&
           consists_of(text, "._+~-");
}

Result<> check(const BootPlan& plan) {
    if (plan.mode == DhcpMode::kOff)
        return {};
    DOLMEN_TRY(check_network(plan));
    if (plan.mode == DhcpMode::kFull)
        DOLMEN_TRY(check_range(plan));
    DOLMEN_TRY(check_paths(plan));
    DOLMEN_TRY(check_boot_files(plan));
    return check_arguments(plan);
}

std::string kernel_arguments(const BootPlan& plan) {
    std::string arguments;
    for (const std::string& word : plan.arguments)
        arguments += word + " ";
    return arguments + "dolmen.build=" + plan.build + " dolmen.head=" + plan.head.to_string();
}

std::string build_path(std::string_view build) {
    return fmt::format("/boot/{}", build);
}

std::string boot_url(const BootPlan& plan, const std::string& file) {
    const std::string port = plan.http_port == 80 ? "" : fmt::format(":{}", plan.http_port);
    return fmt::format("http://{}{}{}/{}", plan.head.to_string(), port, build_path(plan.build),
                       file);
}

}  // namespace dolmen::pxe
