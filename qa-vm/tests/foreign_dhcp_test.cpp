// SPDX-License-Identifier: GPL-2.0-only
// Somebody else's DHCP server in the LAN of a cluster: a frame goes through the switch and a tap
// device to dnsmasq, and its answer comes back. As root, with ip and dnsmasq.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <base/clock.hpp>
#include <base/fd.hpp>
#include <cstdint>
#include <cstdio>
#include <string>

#include "lib/foreign_dhcp.hpp"

using namespace dolmen;
using namespace dolmen::qa;

namespace {

constexpr int kSkipped = 77;  // what CTest is told to take for "skipped"
constexpr std::chrono::milliseconds kPatience{10000};
const std::string kStation("\x52\x54\x00\x77\x00\x09", 6);
const std::string kAll(6, '\xff');

std::string big_endian(std::uint32_t value, unsigned bytes) {
    std::string text;
    while (bytes-- > 0) {
        text += static_cast<char>(value >> (8 * bytes));
    }
    return text;
}

std::string with_checksum(std::string header) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < header.size(); i += 2) {
        sum += static_cast<std::uint32_t>(static_cast<unsigned char>(header[i]) << 8 |
                                          static_cast<unsigned char>(header[i + 1]));
    }
    sum = (sum & 0xffff) + (sum >> 16);
    sum += sum >> 16;
    return header.replace(10, 2, big_endian(~sum & 0xffff, 2));
}

// "Is there anybody who has an address for me?", as it goes over a switch's port.
std::string discover() {
    std::string dhcp = std::string("\x01\x01\x06\x00", 4) + "dolm" + std::string(2, '\0') +
                       std::string("\x80\x00", 2) + std::string(16, '\0') + kStation +
                       std::string(10 + 64 + 128, '\0') + "\x63\x82\x53\x63" +
                       std::string("\x35\x01\x01\xff", 4);
    dhcp.resize(300, '\0');
    const std::string udp =
        big_endian(68, 2) + big_endian(67, 2) + big_endian(8 + 300, 2) + std::string(2, '\0');
    const std::string ip = with_checksum(std::string("\x45\x00", 2) + big_endian(20 + 8 + 300, 2) +
                                         std::string(4, '\0') + std::string("\x40\x11\x00\x00", 4) +
                                         std::string(4, '\0') + std::string(4, '\xff'));
    const std::string frame = kAll + kStation + std::string("\x08\x00", 2) + ip + udp + dhcp;
    return big_endian(static_cast<std::uint32_t>(frame.size()), 4) + frame;
}

struct Station {
    explicit Station(Switch& lan) {
        std::array<int, 2> ends{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
        ours = Fd(ends[0]);
        lan.add_port(Fd(ends[1]));
    }
    // Asks until something comes that has `sign` in it.
    bool hears(const std::string& sign, std::chrono::milliseconds limit) const {
        const Deadline deadline = Deadline::after(limit);
        std::string all;
        while (!deadline.passed()) {
            REQUIRE(write_all(ours.get(), discover()));
            std::array<char, 4096> chunk{};
            while (wait_for(ours.get(), POLLIN, 200).value_or(false)) {
                const ssize_t got = ::read(ours.get(), chunk.data(), chunk.size());
                REQUIRE(got > 0);
                all.append(chunk.data(), static_cast<std::size_t>(got));
            }
            if (all.find(sign) != std::string::npos) {
                return true;
            }
        }
        return false;
    }

    Fd ours;
};

// Option 54 of an offer: the server's own address.
const std::string kServer("\x36\x04\xc0\xa8\x4d\x01", 6);

}  // namespace

TEST_CASE("a DHCP server comes, answers, and goes") {
    auto lan = Switch::create();
    REQUIRE(lan);
    const Station station(**lan);
    CHECK_FALSE(station.hears(kServer, std::chrono::milliseconds(300)));
    const std::string log = "/tmp/dolmen-dhcp-test-" + std::to_string(::getpid());
    {
        Result<ForeignDhcp> server = ForeignDhcp::start(**lan, {"--dhcp-option=3"}, log);
        REQUIRE_MESSAGE(server, (server ? "" : server.error().to_string()));
        CHECK(station.hears(kServer, kPatience));
    }
    CHECK_FALSE(station.hears(kServer, std::chrono::milliseconds(300)));
    ::unlink(log.c_str());
}

TEST_CASE("an option that dnsmasq does not know is an error that names the log") {
    auto lan = Switch::create();
    REQUIRE(lan);
    const std::string log = "/tmp/dolmen-dhcp-test-" + std::to_string(::getpid());
    const Result<ForeignDhcp> server = ForeignDhcp::start(**lan, {"--no-such-option"}, log);
    REQUIRE_FALSE(server);
    CHECK(server.error().to_string().find(log) != std::string::npos);
    ::unlink(log.c_str());
}

int main(int argc, char** argv) {
    if (const Result<NetworkSpace> space = NetworkSpace::create();
        !space && space.error().code() == EPERM) {
        std::printf("skipped: %s\n", space.error().to_string().c_str());
        return kSkipped;
    }
    return doctest::Context(argc, argv).run();
}
