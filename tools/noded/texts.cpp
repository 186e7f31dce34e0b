// SPDX-License-Identifier: GPL-2.0-only
#include "noded/texts.hpp"

#include <fmt/core.h>
#include <cerrno>

namespace dolmen::node {
namespace {

// Three lines of a screen that is 80 characters wide.
constexpr std::size_t kLongest = 230;

std::string seconds(std::chrono::milliseconds delay) {
    return fmt::format("{} s", std::chrono::ceil<std::chrono::seconds>(delay).count());
}

std::string enumerate(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t index = 0; index < names.size(); ++index) {
        const char* separator = index + 1 == names.size() ? " and " : ", ";
        text += (index == 0 ? "" : separator) + names[index];
    }
    return text;
}

}  // namespace

std::string screen_line(const std::string& text) {
    std::string line;
    for (const char byte : text)
        line += byte >= ' ' && byte < 0x7f ? byte : '?';
    if (line.size() > kLongest)
        line = line.substr(0, kLongest - 3) + "...";
    return line;
}

namespace text {

std::string starting() {
    return "this PC becomes a node of a Dolmen cluster; its disks are not written";
}

std::string no_card() {
    return "no wired network card found: is it switched off in the firmware's settings?";
}

std::string no_cable(const std::vector<std::string>& cards) {
    return fmt::format("no cable in {}: plug one in that leads to the head's switch",
                       enumerate(cards));
}

std::string cable_out(const std::string& card) {
    return fmt::format("the cable of {} is out, or its switch is off", card);
}

std::string asking(const std::string& card) {
    return fmt::format("asking for an address on {}", card);
}

std::string no_answer(const std::string& card, std::chrono::milliseconds delay) {
    return fmt::format(
        "no DHCP answer on {}, trying again in {}: is the head on, and on the same switch?", card,
        seconds(delay));
}

std::string address_lost(const std::string& card) {
    return fmt::format("the DHCP server took the address of {} back, asking for another", card);
}

std::string looking(const std::string& card, const std::string& address, const std::string& head) {
    return fmt::format("{} has the address {}, looking for the head at {}", card, address, head);
}

std::string head_silent(const std::string& head, const Error& error) {
    if (error.code() == ECONNREFUSED)
        return fmt::format("there is no head at {}, only a PC: is it still starting?", head);
    return fmt::format("the head at {} does not answer: is it on, and on the same switch?", head);
}

std::string found(const std::string& head) {
    return fmt::format("found the head at {}, joining", head);
}

std::string refused(const std::string& head, const std::string& reason) {
    return fmt::format("the head at {} refuses: {}; trying again", head, reason);
}

std::string failed(const Error& error) {
    return fmt::format("{}; trying again", error.to_string());
}

std::string root_mounted() {
    return "the head's files are here";
}

std::string joined(const std::string& name, const std::string& head) {
    return fmt::format("joined as {} of head {}: this PC is at work", name, head);
}

std::string lost(const std::string& why) {
    return fmt::format("the head is lost ({}), looking for it", why);
}

std::string other_build(const std::string& head) {
    return fmt::format("the head at {} runs another build than this node, asking for that", head);
}

std::string loading(const std::string& build) {
    return fmt::format("loading build {} from the head", build);
}

std::string next_kernel_failed(const Error& error, std::chrono::milliseconds delay) {
    return fmt::format("the head's build can not be started: {}; trying again in {}",
                       error.to_string(), seconds(delay));
}

std::string starting_next(const std::string& build) {
    return fmt::format("starting build {}", build);
}

}  // namespace text

}  // namespace dolmen::node
