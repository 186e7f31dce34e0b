// SPDX-License-Identifier: GPL-2.0-only
// What the probes do where there is nothing to probe; with a network round them
// they are tested by lan-probe.
#include "net/address_check.hpp"
#include "net/dhcp_probe.hpp"

#include <doctest/doctest.h>
#include <optional>

using namespace dolmen;
using namespace dolmen::net;
using namespace std::chrono_literals;

namespace {

// Neither with nor without privileges can it be opened.
const Nic kMissing{1'000'000, "missing0", {2, 0, 0, 0, 0, 1}};

}  // namespace

TEST_CASE("only Ethernet cards can be probed") {
    const NetworkLink card{2, "eth0", "52:54:00:77:00:01", true, false, true, true};
    const auto nic = to_nic(card);
    REQUIRE(nic);
    CHECK(nic->index == 2);
    CHECK(nic->name == "eth0");
    CHECK(nic->mac == Mac{0x52, 0x54, 0, 0x77, 0, 1});
    CHECK(to_nic({1, "lo", "", false, true, true, true}).error().code() == EINVAL);
    CHECK(to_nic({3, "wg0", "", false, false, true, true}).error().code() == EINVAL);
}

TEST_CASE("without a card that works the probe ends at once, but not in start()") {
    for (const auto& nics : {std::vector<Nic>{}, std::vector<Nic>{kMissing}}) {
        Loop loop = Loop::create().value();
        std::optional<std::vector<NicAnswers>> found;
        const auto probe = DhcpProbe::start(loop, nics, {}, [&](auto all) { found = all; });
        REQUIRE(probe);
        CHECK_FALSE(found);
        const auto deadline = Deadline::after(1s);
        while (!found && !deadline.passed())
            REQUIRE(loop.run_once(10ms));
        REQUIRE(found);
        CHECK(found->size() == nics.size());
        for (const NicAnswers& card : *found) {
            CHECK(card.interface == "missing0");
            CHECK(card.answers.empty());
            CHECK_FALSE(card.problem.empty());
        }
    }
}

TEST_CASE("a probe that is given up does not call") {
    Loop loop = Loop::create().value();
    bool called = false;
    auto probe = DhcpProbe::start(loop, {}, {}, [&](auto) { called = true; });
    REQUIRE(probe);
    probe->reset();
    REQUIRE(loop.run_once(20ms));
    CHECK_FALSE(called);
}

TEST_CASE("addresses can not be checked without addresses") {
    Loop loop = Loop::create().value();
    CHECK_FALSE(AddressCheck::start(loop, "missing0", {}, [](auto) {}));
}
