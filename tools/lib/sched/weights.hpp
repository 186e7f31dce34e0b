// SPDX-License-Identifier: GPL-2.0-only
// How large a share of new programs each machine should get: its capacity. Pure.
// What it is doing at the moment is not in it: the kernel divides each machine's
// live work by this weight whenever it places a program, and a load that is a
// second old would only be counted twice.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace dolmen::sched {

constexpr std::uint32_t kMostWeight = 1000;
// The head also serves files, terminals and identity calls of all guests.
constexpr double kHeadShare = 0.75;
// Part of free memory below which a machine gets fewer programs, and none below
// a tenth of it.
constexpr double kScarceMemory = 0.10;

struct Capacity {
    std::uint32_t node = 0;  // 0: the head
    std::uint32_t cpus = 1;
    std::uint64_t memory = 0;  // bytes; 0: unknown
    std::uint64_t memory_free = 0;
};

using Weights = std::map<std::uint32_t, std::uint32_t>;  // node -> 0..kMostWeight

// The largest weight is kMostWeight unless no machine can take anything.
Weights compute_weights(const std::vector<Capacity>& machines);

}  // namespace dolmen::sched
