// SPDX-License-Identifier: GPL-2.0-only
// The way from this kernel into the one that a head of another build gives its nodes:
// loaded by HTTP into memory, started by kexec. Firmware is not asked again: it might
// boot the machine's own disk.
#pragma once

#include "base/result.hpp"
#include "noded/boot_pointer.hpp"
#include "noded/screen.hpp"

#include <chrono>
#include <string>

namespace dolmen::node {

struct NextKernelOptions {
    std::string head;
    std::string own_build;  // dolmen.build= of our command line; empty: not known
    OwnArguments own;
    std::string directory;  // for a file system in memory
};

// Returns only if it failed, and then this kernel goes on as if nothing had been tried.
Error start_next_kernel(const NextKernelOptions& options, Screen& screen);

// How long to wait after the n-th failure in a row (1, 2...).
std::chrono::milliseconds next_kernel_delay(unsigned failures);

// Bytes that both files together may have: the kernel needs them three times while it
// takes them over. 0: `meminfo` does not tell.
std::size_t next_kernel_room(const std::string& meminfo);

}  // namespace dolmen::node
