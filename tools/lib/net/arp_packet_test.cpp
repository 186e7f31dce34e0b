// SPDX-License-Identifier: GPL-2.0-only
#include "net/arp_packet.hpp"

#include <doctest/doctest.h>

using namespace dolmen;
using namespace dolmen::net;

namespace {

constexpr Mac kOurMac{0x52, 0x54, 0, 0x77, 0, 1};
constexpr Mac kOtherMac{0x52, 0x54, 0, 0x77, 0, 2};
constexpr Ipv4 kWanted{0x0a4d0001};
constexpr Ipv4 kElse{0x0a4d0002};

}  // namespace

TEST_CASE("the question, byte by byte") {
    const Bytes expected{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x52, 0x54, 0x00, 0x77, 0x00,
                         0x01, 0x08, 0x06, 0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x01,
                         0x52, 0x54, 0x00, 0x77, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00,
                         0x00, 0x00, 0x00, 0x00, 0x00, 0x0a, 0x4d, 0x00, 0x01};
    CHECK(make_arp_probe(kOurMac, kWanted) == expected);
}

TEST_CASE("what is made can be parsed, padding does not matter") {
    Bytes frame = make_arp_probe(kOurMac, kWanted);
    frame.resize(60);
    const auto message = parse_arp_frame(frame);
    REQUIRE(message);
    CHECK(message->operation == 1);
    CHECK(message->sender_mac == kOurMac);
    CHECK_FALSE(message->sender.is_set());
    CHECK(message->target_mac == Mac{});
    CHECK(message->target == kWanted);
}

TEST_CASE("packets that are none") {
    const Bytes whole = make_arp_probe(kOurMac, kWanted);
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK(parse_arp_frame(BytesView(whole).first(size)).error().code() == EBADMSG);
    // Ethernet type, hardware, protocol, sizes of addresses, operation.
    for (const std::size_t offset : {12U, 13U, 14U, 15U, 16U, 17U, 18U, 19U, 20U, 21U}) {
        CAPTURE(offset);
        Bytes frame = whole;
        frame.at(offset) = 0x77;
        CHECK(parse_arp_frame(frame).error().code() == EBADMSG);
    }
}

TEST_CASE("who shows that an address is taken") {
    const auto taken = [](std::uint16_t operation, const Mac& by, Ipv4 sender, Ipv4 target) {
        return shows_taken({operation, by, sender, {}, target}, kWanted, kOurMac);
    };
    CHECK(taken(2, kOtherMac, kWanted, Ipv4{}));       // the answer
    CHECK(taken(1, kOtherMac, kWanted, kElse));        // it asks for another and tells its own
    CHECK(taken(1, kOtherMac, Ipv4{}, kWanted));       // it looks for the same one
    CHECK_FALSE(taken(1, kOtherMac, kElse, kWanted));  // it wants to talk to whoever has it
    CHECK_FALSE(taken(2, kOtherMac, kElse, kWanted));
    CHECK_FALSE(taken(2, kOtherMac, Ipv4{}, kWanted));
    CHECK_FALSE(taken(1, kOurMac, Ipv4{}, kWanted));  // our own question, sent back
    CHECK_FALSE(taken(2, kOurMac, kWanted, Ipv4{}));
}
