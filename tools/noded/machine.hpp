// SPDX-License-Identifier: GPL-2.0-only
// What this machine is: identity and size.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>

namespace dolmen::node {

struct Machine {
    std::string id;  // the firmware's UUID, or a random one until the next boot
    std::uint32_t cpus = 1;
    std::uint64_t memory = 0;  // bytes
};

// `run_directory` keeps the random id over restarts of this program.
Result<Machine> read_machine(const std::string& run_directory);

// Firmware of cheap boards has the same or no UUID in all of them.
bool is_real_uuid(const std::string& uuid);

}  // namespace dolmen::node
