// SPDX-License-Identifier: GPL-2.0-only
#include "base/ipv4.hpp"

#include <doctest/doctest.h>

using namespace dolmen;

namespace {

Ipv4Network network(const char* address, unsigned prefix) {
    return {Ipv4::parse(address).value(), prefix};
}

}  // namespace

TEST_CASE("addresses are read and written") {
    CHECK(Ipv4::parse("10.77.0.1")->bits == 0x0a4d0001U);
    CHECK(Ipv4{0x0a4d0001U}.to_string() == "10.77.0.1");
    CHECK(Ipv4::parse("255.255.255.255")->to_string() == "255.255.255.255");
    CHECK(network("10.77.0.1", 24).to_string() == "10.77.0.1/24");
    for (const char* wrong :
         {"", "10.77.0", "10.77.0.256", "10.77.0.1/24", " 10.77.0.1", "10.77.0.01", "::1"})
        CHECK_MESSAGE(Ipv4::parse(wrong).error().code() == EINVAL, wrong);
    CHECK_FALSE(Ipv4::parse(std::string("10.77.0.1\0junk", 14)));
}

TEST_CASE("a network knows its ends") {
    const Ipv4Network found = network("192.168.5.17", 22);
    CHECK(found.netmask().to_string() == "255.255.252.0");
    CHECK(found.network().to_string() == "192.168.4.0/22");
    CHECK(found.has_host(Ipv4::parse("192.168.4.1").value()));
    CHECK_FALSE(found.has_host(Ipv4::parse("192.168.4.0").value()));
    CHECK_FALSE(found.has_host(Ipv4::parse("192.168.7.255").value()));
    CHECK_FALSE(found.has_host(Ipv4::parse("192.168.8.1").value()));
    CHECK(network("10.77.0.1", 0).netmask().bits == 0);
}

TEST_CASE("networks overlap when one is in the other") {
    CHECK(overlap(network("10.77.0.1", 24), network("10.77.0.200", 24)));
    CHECK(overlap(network("10.77.0.1", 24), network("10.0.0.1", 8)));
    CHECK(overlap(network("10.77.0.1", 32), network("10.77.0.1", 32)));
    CHECK(overlap(network("10.77.0.1", 24), network("192.0.2.1", 0)));
    CHECK_FALSE(overlap(network("10.77.0.1", 24), network("10.77.1.1", 24)));
    CHECK_FALSE(overlap(network("10.77.0.1", 32), network("10.77.0.2", 32)));
}

TEST_CASE("masks are prefixes or nothing") {
    CHECK(prefix_of_mask(Ipv4{0xffffff00U}) == 24U);
    CHECK(prefix_of_mask(Ipv4{0xffffffffU}) == 32U);
    CHECK(prefix_of_mask(Ipv4{0}) == 0U);
    CHECK_FALSE(prefix_of_mask(Ipv4{0xff00ff00U}));
    CHECK_FALSE(prefix_of_mask(Ipv4{0x000000ffU}));
}
