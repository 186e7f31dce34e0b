// SPDX-License-Identifier: GPL-2.0-only
// How many of the next programs each machine should get. Pure: loads in, weights out.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace dolmen::sched {

constexpr std::uint32_t kMostWeight = 1000;
// The head also serves files, terminals and identity calls of all guests.
constexpr double kHeadShare = 0.75;
// Part of the old weight that stays: loads are one second old when they come,
// and following them at once sends every program to the same idle machine.
constexpr double kInertia = 0.5;
// Memory below which a machine gets few programs, and none below a tenth of it.
constexpr double kScarceMemory = 0.10;

struct Load {
    std::uint32_t node = 0;  // 0: the head
    std::uint32_t cpus = 1;
    std::uint32_t runnable_permille = 0;  // tasks that want a CPU, x 1000
    std::uint64_t memory = 0;             // bytes; 0: unknown
    std::uint64_t memory_free = 0;
};

using Weights = std::map<std::uint32_t, std::uint32_t>;  // node -> 0..kMostWeight

// The largest weight is kMostWeight unless no machine can take anything.
Weights compute_weights(const std::vector<Load>& loads, const Weights& before);

}  // namespace dolmen::sched
