// SPDX-License-Identifier: GPL-2.0-only
#include "noded/agent.hpp"
#include "noded/head_clock.hpp"
#include "noded/root_mount.hpp"
#include "noded/system_setup.hpp"

#include <doctest/doctest.h>

using namespace dolmen::node;
using namespace std::chrono_literals;

TEST_CASE("only UUIDs that tell machines apart count") {
    CHECK(is_real_uuid("4c4c4544-0042-3510-8052-b4c04f4d3132"));
    CHECK_FALSE(is_real_uuid("00000000-0000-0000-0000-000000000000"));
    CHECK_FALSE(is_real_uuid("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"));
    CHECK_FALSE(is_real_uuid("03000200-0400-0500-0006-000700080009"));
    CHECK_FALSE(is_real_uuid("To Be Filled By O.E.M."));
    CHECK_FALSE(is_real_uuid(""));
}

TEST_CASE("offsets of the time namespace are seconds and positive nanoseconds") {
    CHECK(time_namespace_offsets({0, 1'500'000'000, -500'000'000, 0}) ==
          "monotonic 1 500000000\nboottime -1 500000000\n");
}

TEST_CASE("mount data") {
    CHECK(nfs_mount_data("vers=4.2,hard", "10.77.0.1", "10.77.0.101") ==
          "vers=4.2,hard,addr=10.77.0.1,clientaddr=10.77.0.101");
}

TEST_CASE("retries slow down to a limit") {
    CHECK(retry_delay(0) == 250ms);
    CHECK(retry_delay(1) == 250ms);
    CHECK(retry_delay(2) == 500ms);
    CHECK(retry_delay(5) == 1s);
    CHECK(retry_delay(4'000'000'000U) == 1s);
}

TEST_CASE("clocks: drift is slewed, a clock set by hand is followed, noise is left") {
    constexpr std::int64_t kMs = 1'000'000;
    const ClockOffsets joined{7, 1000 * kMs, 1000 * kMs, kMs};
    const auto plan = [&](std::int64_t drift, std::int64_t stepped, std::int64_t round_trip) {
        return plan_correction(joined, {drift + stepped, 1000 * kMs + drift, 0, round_trip});
    };
    CHECK_FALSE(plan(kMs / 3, 0, kMs).worth_it);
    CHECK(plan(3 * kMs, 0, kMs).slew == 3 * kMs);
    CHECK(plan(3 * kMs, 0, kMs).step == 0);
    CHECK(plan(-9000 * kMs, 0, kMs).slew == -500 * kMs);
    CHECK(plan(3 * kMs, 0, 10 * kMs).slew == 0);
    CHECK(plan(0, 3'600'000 * kMs, kMs).step == 3'600'000 * kMs);
    CHECK(plan(0, -200 * kMs, kMs).step == -200 * kMs);
    CHECK(plan(0, 50 * kMs, kMs).step == 0);
}
