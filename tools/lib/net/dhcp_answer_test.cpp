// SPDX-License-Identifier: GPL-2.0-only
#include "net/dhcp_answer.hpp"

#include "net/dhcp_samples.hpp"

#include <doctest/doctest.h>

using namespace dolmen;
using namespace dolmen::net;
using namespace dolmen::net::samples;

namespace {

constexpr Ipv4 kSource{0xc0000263};  // 192.0.2.99

DhcpAnswer answer(const Bytes& payload) {
    return to_answer(kSource, payload);
}

}  // namespace

TEST_CASE("a router offers an address and boots nobody, whatever siaddr says") {
    const DhcpAnswer router = answer(plain_offer());
    CHECK(router.server.to_string() == "192.0.2.1");
    CHECK(router.offers_address());
    CHECK(router.offered.to_string() == "192.0.2.50");
    CHECK(router.prefix == 24);
    CHECK_FALSE(router.offers_boot);
    CHECK_FALSE(router.boot_server.is_set());
    CHECK(router.problem.empty());
}

TEST_CASE("boot servers: a file, or a proxy that says what it is") {
    Bytes with_file = plain_offer();
    put_text(with_file, kFileField, "pxelinux.0");
    CHECK(answer(with_file).offers_boot);
    CHECK(answer(with_file).offers_address());
    CHECK(answer(with_file).boot_file == "pxelinux.0");
    CHECK(answer(with_file).boot_server.to_string() == "192.0.2.1");

    CHECK(answer(proxy_offer()).offers_boot);
    CHECK_FALSE(answer(proxy_offer()).offers_address());
    CHECK(answer(proxy_offer()).server.to_string() == "192.0.2.9");
    // Options of a vendor may be anybody's.
    CHECK_FALSE(answer(raw_answer({53, 1, 2, 43, 1, 0, 255})).offers_boot);
    CHECK_FALSE(answer(raw_answer({53, 1, 2, 60, 4, 'M', 'S', 'F', 'T', 255})).offers_boot);
}

TEST_CASE("a server that does not name itself is where its answer came from") {
    CHECK(answer(raw_answer({53, 1, 2, 255})).server == kSource);
    CHECK(answer(raw_answer({53, 1, 2, 54, 4, 0, 0, 0, 0, 255})).server == kSource);
}

TEST_CASE("a server whose answer can not be read is there all the same") {
    const DhcpAnswer garbled = answer(raw_answer({53, 1, 2, 54, 200}));
    CHECK(garbled.server == kSource);
    CHECK_FALSE(garbled.problem.empty());
    CHECK_FALSE(garbled.offers_address());
    CHECK_FALSE(garbled.offers_boot);
}

TEST_CASE("a server counts once; what it says later is added") {
    std::vector<DhcpAnswer> answers;
    add_answer(answers, answer(plain_offer()));
    add_answer(answers, answer(plain_offer()));
    CHECK(answers == std::vector{answer(plain_offer())});

    Bytes with_file = plain_offer();
    put_text(with_file, kFileField, "pxelinux.0");
    put_field(with_file, 16, {192, 0, 2, 77});
    add_answer(answers, answer(with_file));
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].boot_file == "pxelinux.0");
    CHECK(answers[0].offered.to_string() == "192.0.2.50");

    add_answer(answers, answer(proxy_offer()));
    CHECK(answers.size() == 2);
}

TEST_CASE("one answer that can be read is enough, and is not forgotten") {
    std::vector<DhcpAnswer> answers;
    const Bytes garbled = raw_answer({53, 1, 2});
    const Bytes good = raw_answer({53, 1, 2, 255});
    add_answer(answers, answer(garbled));
    CHECK_FALSE(answers.at(0).problem.empty());
    add_answer(answers, answer(good));
    add_answer(answers, answer(garbled));
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].problem.empty());
    CHECK(answers[0].offers_address());
}

TEST_CASE("a flood of servers is cut off") {
    std::vector<DhcpAnswer> answers;
    for (std::uint32_t number = 0; number < 1000; ++number)
        add_answer(answers, to_answer(Ipv4{0x0a000000 + number}, raw_answer({53, 1, 2, 255})));
    CHECK(answers.size() == kMostAnswers);
}
