// SPDX-License-Identifier: GPL-2.0-only
// BlockDevice: what the kernel tells of a disk that somebody wants to write an image
// to, and whether that would hurt.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dolmen::usb {

struct BlockDevice {
    std::string name;  // "sdb"
    std::uint64_t size = 0;
    bool is_partition = false;
    bool is_read_only = false;
    // Who uses it or a partition of it: "/dev/sdb1 is mounted on /media/stick".
    std::vector<std::string> uses;
};

// Where the kernel's files are; elsewhere in tests.
struct KernelFiles {
    std::string sys = "/sys";
    std::string proc = "/proc";
};

// ENOTBLK: it is something else.
Result<BlockDevice> find_device(const std::string& path, const KernelFiles& files = {});
// `number`: "8:16".
Result<BlockDevice> describe_device(const std::string& number, const KernelFiles& files);

// nullopt: an image of that size may be written there. Pure.
std::optional<std::string> why_refused(const BlockDevice& device, std::uint64_t image_size);

}  // namespace dolmen::usb
