// SPDX-License-Identifier: GPL-2.0-only
#include "sched/weights.hpp"

#include <doctest/doctest.h>

using namespace dolmen::sched;

TEST_CASE("machines get by their CPUs, the head a little less") {
    const auto weights = compute_weights({{0, 1, 0, 0}, {1, 1, 0, 0}, {2, 4, 0, 0}});
    CHECK(weights.at(2) == kMostWeight);
    CHECK(weights.at(1) == 250);
    CHECK(weights.at(0) == 188);
}

TEST_CASE("equal machines get equally") {
    const auto weights = compute_weights({{1, 2, 1000, 900}, {2, 2, 1000, 400}});
    CHECK(weights.at(1) == kMostWeight);
    CHECK(weights.at(2) == kMostWeight);
}

TEST_CASE("a machine with little memory gets less, one with none nothing") {
    const std::uint64_t gib = 1ULL << 30U;
    const auto weights =
        compute_weights({{1, 8, gib, gib / 200}, {2, 1, gib, gib / 20}, {3, 1, gib, gib / 2}});
    CHECK(weights.at(1) == 0);
    CHECK(weights.at(2) == 500);
    CHECK(weights.at(3) == kMostWeight);
}

TEST_CASE("a small machine beside a giant still gets something") {
    CHECK(compute_weights({{1, 4096, 0, 0}, {2, 1, 0, 0}}).at(2) == 1);
}

TEST_CASE("no machine, no CPU, no memory") {
    CHECK(compute_weights({}).empty());
    CHECK(compute_weights({{1, 0, 0, 0}}).at(1) == kMostWeight);
    CHECK(compute_weights({{1, 1, 100, 0}}).at(1) == 0);
}
