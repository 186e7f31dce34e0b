// SPDX-License-Identifier: GPL-2.0-only
#include "net/links.hpp"

#include <doctest/doctest.h>
#include <algorithm>

using namespace dolmen::net;

TEST_CASE("addresses have a length") {
    CHECK(parse_address("10.77.0.5/24")->ip == "10.77.0.5");
    CHECK(parse_address("10.77.0.5/24")->prefix == 24);
    for (const char* wrong :
         {"10.77.0.5", "10.77.0/24", "10.77.0.5/33", "10.77.0.5/", "10.77.0.5/2x", "/24", ""})
        CHECK_FALSE(parse_address(wrong));
}

TEST_CASE("the loopback link is found") {
    const auto links = Netlink::create()->links();
    REQUIRE(links);
    const auto loopback = std::find_if(links->begin(), links->end(),
                                       [](const NetworkLink& link) { return link.loopback; });
    REQUIRE(loopback != links->end());
    CHECK(loopback->name == "lo");
    CHECK_FALSE(loopback->ethernet);
    CHECK(loopback->mac.empty());
}

TEST_CASE("a link that is not there is an error") {
    CHECK_FALSE(Netlink::create()->set_up(1'000'000));
}
