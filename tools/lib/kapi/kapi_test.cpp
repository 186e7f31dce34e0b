// SPDX-License-Identifier: GPL-2.0-only
#include "kapi/events.hpp"
#include "kapi/kernel.hpp"
#include "kapi/text.hpp"

#include <doctest/doctest.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <array>

using namespace dolmen::kapi;

namespace {

constexpr std::uint16_t kFamily = 33;

struct Datagram {
    alignas(nlmsghdr) std::array<char, 1024> bytes{};
    std::size_t length = 0;

    nlmsghdr* begin(std::uint16_t family) {
        nlmsghdr* message = mnl_nlmsg_put_header(bytes.data() + length);
        message->nlmsg_type = family;
        auto* generic =
            static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(message, sizeof(genlmsghdr)));
        generic->cmd = DOLMEN_CMD_EVENT;
        return message;
    }
    void end(const nlmsghdr* message) { length += MNL_ALIGN(message->nlmsg_len); }
    std::span<const char> span() const { return {bytes.data(), length}; }
};

}  // namespace

TEST_CASE("texts in arrays need no NUL at their end and get one") {
    const char full[4] = {'a', 'b', 'c', 'd'};
    CHECK(text(full) == "abcd");
    char array[4];
    set_text(array, "abcdef");
    CHECK(text(array) == "abc");
    set_text(array, "");
    CHECK(text(array).empty());
    set_padded(array, "abcdef");
    CHECK(text(array) == "abcd");
    set_padded(array, "a");
    CHECK(text(array) == "a");
}

TEST_CASE("events of our family are read, others left out") {
    Datagram datagram;
    nlmsghdr* message = datagram.begin(kFamily);
    mnl_attr_put_u32(message, DOLMEN_A_EVENT, DOLMEN_EVENT_PROCESS_LOST);
    mnl_attr_put_u32(message, DOLMEN_A_NODE, 2);
    mnl_attr_put_u32(message, DOLMEN_A_PID, 4711);
    mnl_attr_put_strz(message, DOLMEN_A_TEXT, "cc1");
    mnl_attr_put_u64(message, DOLMEN_A_TIME, 123456789012345);
    mnl_attr_put_u32(message, 99, 5);
    datagram.end(message);
    datagram.end(datagram.begin(kFamily + 1));
    const auto events = parse_events(datagram.span(), kFamily);
    REQUIRE(events.size() == 1);
    CHECK(events[0].kind == DOLMEN_EVENT_PROCESS_LOST);
    CHECK(events[0].node == 2);
    CHECK(events[0].pid == 4711);
    CHECK(events[0].text == "cc1");
    CHECK(events[0].time_ns == 123456789012345);
    CHECK(std::string(event_text(events[0].kind)) == "process-lost");
}

TEST_CASE("a wrong type or length of an attribute drops the event") {
    Datagram datagram;
    nlmsghdr* message = datagram.begin(kFamily);
    mnl_attr_put_u16(message, DOLMEN_A_EVENT, 1);
    datagram.end(message);
    CHECK(parse_events(datagram.span(), kFamily).empty());
    CHECK(parse_events(datagram.span().subspan(0, 8), kFamily).empty());
    CHECK(parse_events({}, kFamily).empty());
}

TEST_CASE("every state has a word") {
    CHECK(std::string(node_state_text(DOLMEN_NODE_UP)) == "up");
    CHECK(std::string(process_state_text(DOLMEN_PROCESS_AWAY)) == "away");
    CHECK(std::string(counter_kind_text(DOLMEN_COUNTER_STAYED)) == "stayed");
    CHECK(std::string(counter_kind_text(DOLMEN_COUNTER_MOVED)) == "moved");
    CHECK(std::string(node_state_text(77)) == "unknown");
}
