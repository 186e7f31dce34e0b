// SPDX-License-Identifier: GPL-2.0-only
#include "sched/weights.hpp"

#include <doctest/doctest.h>

using namespace dolmen::sched;

TEST_CASE("idle machines get by their CPUs, the head a little less") {
    const auto weights = compute_weights({{0, 1, 0, 0, 0}, {1, 1, 0, 0, 0}, {2, 4, 0, 0, 0}}, {});
    CHECK(weights.at(2) == kMostWeight);
    CHECK(weights.at(1) == 250);
    CHECK(weights.at(0) < weights.at(1));
    CHECK(weights.at(0) > 0);
}

TEST_CASE("a loaded machine gets less, a full one still something") {
    const auto weights =
        compute_weights({{1, 2, 0, 0, 0}, {2, 2, 1000, 0, 0}, {3, 2, 8000, 0, 0}}, {});
    CHECK(weights.at(1) == kMostWeight);
    CHECK(weights.at(2) < weights.at(1));
    CHECK(weights.at(3) < weights.at(2));
    CHECK(weights.at(3) > 0);
}

TEST_CASE("equally full machines get equally") {
    const auto weights = compute_weights({{1, 1, 5000, 0, 0}, {2, 1, 5000, 0, 0}}, {});
    CHECK(weights.at(1) == weights.at(2));
}

TEST_CASE("weights follow the load with some inertia, and get there") {
    const std::vector<Load> loads = {{1, 1, 0, 0, 0}, {2, 1, 4000, 0, 0}};
    const auto final_weights = compute_weights(loads, {});
    Weights weights = {{1, 1000}, {2, 1000}};
    std::uint32_t last = 1000;
    for (int second = 0; second < 20; ++second) {
        weights = compute_weights(loads, weights);
        CHECK(weights.at(1) == kMostWeight);
        CHECK(weights.at(2) <= last);
        last = weights.at(2);
    }
    CHECK(last <= final_weights.at(2) + 2);
}

TEST_CASE("a machine without memory gets nothing at once") {
    const std::uint64_t gib = 1ULL << 30U;
    const auto weights = compute_weights(
        {{1, 8, 0, gib, gib / 200}, {2, 1, 0, gib, gib / 20}, {3, 1, 0, gib, gib / 2}},
        {{1, 1000}, {2, 1000}, {3, 1000}});
    CHECK(weights.at(1) == 0);
    CHECK(weights.at(2) < weights.at(3));
    CHECK(weights.at(2) > 0);
}

TEST_CASE("no machine, no CPU, no memory") {
    CHECK(compute_weights({}, {}).empty());
    CHECK(compute_weights({{1, 0, 0, 0, 0}}, {}).at(1) == kMostWeight);
    CHECK(compute_weights({{1, 1, 0, 100, 0}}, {{1, 7}}).at(1) == 0);
}
