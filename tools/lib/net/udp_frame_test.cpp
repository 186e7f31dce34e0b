// SPDX-License-Identifier: GPL-2.0-only
#include "net/udp_frame.hpp"

#include <doctest/doctest.h>
#include <random>

using namespace dolmen;
using namespace dolmen::net;

namespace {

constexpr Mac kMac{0x52, 0x54, 0, 0x77, 0, 1};
constexpr UdpEnds kEnds{Ipv4{0}, 68, Ipv4{0xffffffffU}, 67};
// Offsets into the frame.
constexpr std::size_t kIp = kEthernetHeader;
constexpr std::size_t kUdp = kIp + 20;

Bytes frame_of(std::initializer_list<std::uint8_t> payload) {
    return make_broadcast_frame(kMac, kEnds, Bytes(payload));
}

// The sum of an IPv4 header, after it was changed.
void fix_header_checksum(Bytes& frame) {
    frame.at(kIp + 10) = frame.at(kIp + 11) = 0;
    std::uint32_t sum = 0;
    for (std::size_t index = kIp; index < kUdp; index += 2)
        sum += get16(frame, index);
    sum = (sum & 0xffffU) + (sum >> 16U);
    sum = ~((sum & 0xffffU) + (sum >> 16U));
    frame.at(kIp + 10) = static_cast<std::uint8_t>(sum >> 8U & 0xffU);
    frame.at(kIp + 11) = static_cast<std::uint8_t>(sum & 0xffU);
}

std::string why(const Bytes& frame, UdpChecksum checksum = UdpChecksum::kPresent) {
    const auto parsed = parse_udp_frame(frame, checksum);
    if (parsed)
        return "";
    CHECK(parsed.error().code() == EBADMSG);
    return parsed.error().to_string();
}

bool contains(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("MAC addresses are read and written") {
    CHECK(parse_mac("52:54:00:77:00:01").value() == kMac);
    CHECK(to_string(kMac) == "52:54:00:77:00:01");
    for (const char* wrong : {"", "52:54:00:77:00", "52:54:00:77:00:01:02", "52-54-00-77-00-01",
                              "52:54:00:77:00:0g", "52:54:00:77:00: 1", "52:54:00:77:00:01 "})
        CHECK(parse_mac(wrong).error().code() == EINVAL);
}

TEST_CASE("a frame to all, byte by byte") {
    // Both checksums were computed by hand.
    const Bytes expected{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x52, 0x54, 0x00, 0x77, 0x00, 0x01,
                         0x08, 0x00, 0x45, 0x00, 0x00, 0x1f, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11,
                         0x3a, 0xcf, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0x00, 0x44,
                         0x00, 0x43, 0x00, 0x0b, 0xfb, 0x4f, 0x01, 0x02, 0x03};
    CHECK(frame_of({1, 2, 3}) == expected);
}

TEST_CASE("what is made can be parsed, padding is left out") {
    Bytes frame = frame_of({1, 2, 3});
    frame.resize(60);
    const auto datagram = parse_udp_frame(frame, UdpChecksum::kPresent);
    REQUIRE(datagram);
    CHECK(datagram->ends.source == Ipv4{0});
    CHECK(datagram->ends.source_port == 68);
    CHECK(datagram->ends.destination == Ipv4{0xffffffffU});
    CHECK(datagram->ends.destination_port == 67);
    CHECK(Bytes(datagram->payload.begin(), datagram->payload.end()) == Bytes{1, 2, 3});
    CHECK(parse_udp_frame(frame_of({}), UdpChecksum::kPresent)->payload.empty());
}

TEST_CASE("options of IPv4 are stepped over") {
    Bytes frame = frame_of({1, 2, 3});
    frame.insert(frame.begin() + kUdp, {1, 1, 1, 1});
    frame.at(kIp) = 0x46;
    frame.at(kIp + 3) = static_cast<std::uint8_t>(frame.at(kIp + 3) + 4);
    // Two words of 0x0101 more, and the changes of the two bytes above.
    const std::uint32_t sum = get16(frame, kIp + 10) - 0x0202U - 0x0100U - 4U;
    frame.at(kIp + 10) = static_cast<std::uint8_t>(sum >> 8U);
    frame.at(kIp + 11) = static_cast<std::uint8_t>(sum & 0xffU);
    CHECK(why(frame).empty());
}

TEST_CASE("checksums are checked where they are filled in") {
    Bytes frame = frame_of({1, 2, 3});
    frame.back() ^= 0x40U;
    CHECK(contains(why(frame), "checksum"));
    CHECK(why(frame, UdpChecksum::kNotFilledIn).empty());
    frame.at(kUdp + 6) = frame.at(kUdp + 7) = 0;  // the sender says that there is none
    CHECK(why(frame).empty());
    frame.at(kIp + 8) ^= 1U;  // but the header always has one
    CHECK(contains(why(frame, UdpChecksum::kNotFilledIn), "header checksum"));
}

TEST_CASE("frames that are none") {
    struct Change {
        std::size_t offset;
        std::uint8_t value;
        const char* why;
    };
    for (const Change& change : std::initializer_list<Change>{
             {12, 0x86, "no IPv4"},
             {kIp, 0x65, "no header of IPv4"},
             {kIp, 0x44, "no header of IPv4"},
             {kIp, 0x4f, "bytes of"},
             {kIp + 3, 19, "bytes of"},
             {kIp + 2, 0xff, "bytes of"},
             {kIp + 3, 24, "no room"},
             {kIp + 6, 0x20, "a fragment"},
             {kIp + 7, 0x01, "a fragment"},
             {kIp + 9, 6, "no UDP"},
             {kUdp + 5, 7, "bytes of"},
             {kUdp + 4, 1, "bytes of"},
         }) {
        CAPTURE(change.offset);
        Bytes frame = frame_of({1, 2, 3});
        frame.at(change.offset) = change.value;
        fix_header_checksum(frame);
        CHECK(contains(why(frame), change.why));
    }
}

TEST_CASE("a frame that is cut off or damaged is an error or a datagram inside it") {
    const Bytes whole = frame_of({1, 2, 3, 4, 5, 6, 7, 8});
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK_FALSE(why(Bytes(whole.begin(), whole.begin() + static_cast<long>(size))).empty());
    std::mt19937 random(1);
    for (int round = 0; round < 20000; ++round) {
        Bytes frame = whole;
        for (unsigned count = random() % 4 + 1; count != 0; --count)
            frame.at(random() % frame.size()) = static_cast<std::uint8_t>(random());
        if (round % 2 == 0)
            fix_header_checksum(frame);
        const auto parsed = parse_udp_frame(frame, UdpChecksum::kNotFilledIn);
        if (parsed && !parsed->payload.empty())
            CHECK(parsed->payload.data() + parsed->payload.size() <= frame.data() + frame.size());
    }
}
