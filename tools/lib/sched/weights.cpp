// SPDX-License-Identifier: GPL-2.0-only
#include "sched/weights.hpp"

#include <algorithm>
#include <cmath>

namespace dolmen::sched {
namespace {

double memory_share(const Capacity& machine) {
    if (machine.memory == 0)
        return 1;
    const double free =
        static_cast<double>(machine.memory_free) / static_cast<double>(machine.memory);
    if (free < kScarceMemory / 10)
        return 0;
    return std::min(1.0, free / kScarceMemory);
}

double room(const Capacity& machine) {
    const double share = machine.node == 0 ? kHeadShare : 1;
    return std::max(machine.cpus, 1U) * share * memory_share(machine);
}

}  // namespace

Weights compute_weights(const std::vector<Capacity>& machines) {
    double most = 0;
    for (const Capacity& machine : machines)
        most = std::max(most, room(machine));
    Weights weights;
    for (const Capacity& machine : machines) {
        const double weight = most > 0 ? room(machine) / most * kMostWeight : 0;
        // A machine that can take anything is never left out by rounding.
        weights[machine.node] =
            weight > 0 ? std::max(1U, static_cast<std::uint32_t>(std::lround(weight))) : 0;
    }
    return weights;
}

}  // namespace dolmen::sched
