// SPDX-License-Identifier: GPL-2.0-only
#include "sched/weights.hpp"

#include <algorithm>
#include <cmath>

namespace dolmen::sched {
namespace {

double memory_share(const Load& load) {
    if (load.memory == 0)
        return 1;
    const double free = static_cast<double>(load.memory_free) / static_cast<double>(load.memory);
    if (free < kScarceMemory / 10)
        return 0;
    return std::min(1.0, free / kScarceMemory);
}

// What one more program could get here: the free CPUs, and where there is none
// its part of the CPUs that it would share with the others.
double room(const Load& load) {
    const double cpus = std::max(load.cpus, 1U);
    const double runnable = load.runnable_permille / 1000.0;
    const double free = std::max(cpus - runnable, 0.0);
    const double shared = cpus / (runnable + 1);
    const double share = load.node == 0 ? kHeadShare : 1;
    return (free + shared) * share * memory_share(load);
}

}  // namespace

Weights compute_weights(const std::vector<Load>& loads, const Weights& before) {
    double most = 0;
    for (const Load& load : loads)
        most = std::max(most, room(load));
    Weights weights;
    if (most <= 0) {
        for (const Load& load : loads)
            weights[load.node] = 0;
        return weights;
    }
    std::uint32_t largest = 0;
    for (const Load& load : loads) {
        double weight = room(load) / most * kMostWeight;
        const auto old = before.find(load.node);
        // A machine without memory gets nothing now, not later.
        if (old != before.end() && weight > 0)
            weight = kInertia * old->second + (1 - kInertia) * weight;
        const auto rounded = static_cast<std::uint32_t>(std::lround(weight));
        weights[load.node] = weight > 0 ? std::clamp(rounded, 1U, kMostWeight) : 0;
        largest = std::max(largest, weights[load.node]);
    }
    for (auto& [node, weight] : weights)
        if (weight != 0)
            weight = std::max(1U, weight * kMostWeight / largest);
    return weights;
}

}  // namespace dolmen::sched
