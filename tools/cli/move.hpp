// SPDX-License-Identifier: GPL-2.0-only
// Moving processes that run: migrate, home.
#pragma once

#include "kapi/kernel.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace dolmen::cli {

// EINVAL: not the number of a process.
Result<std::int32_t> process_id(const std::string& word);

// Which processes, as the words of the command line say it. At least one has to be there.
struct Movers {
    std::vector<std::string> pids;
    std::string group;  // number of a process group
    std::string node;   // name or id of a machine: all that run there
};

// EINVAL: a word is no number, or there is none; ESRCH: an empty process group.
Result<std::vector<std::int32_t>> choose_processes(kapi::Kernel& kernel,
                                                   const std::vector<dolmen_node_info>& nodes,
                                                   const Movers& movers);

// One after the other; a process that can not be moved does not keep the others. Exit code, and
// each failure is reported.
int move_all(kapi::Kernel& kernel, const std::vector<std::int32_t>& pids, std::uint32_t node,
             std::uint32_t timeout_ms);

// Where a process of `node` goes when that is emptied: the other node with the fewest guests for
// its weight, or home.
std::uint32_t refuge(const std::vector<dolmen_node_info>& nodes, std::uint32_t node);

// Moves away all that run on `node`, until none is left; nothing new may be placed there any more.
// EBUSY: the time is over, with what is in the way of the last one.
Result<> empty_node(kapi::Kernel& kernel, std::uint32_t node, std::chrono::milliseconds limit);

}  // namespace dolmen::cli
