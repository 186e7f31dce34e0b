// SPDX-License-Identifier: GPL-2.0-only
#include "lib/disk_image.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <base/file.hpp>
#include <cstdint>
#include <random>

namespace dolmen::qa {
namespace {

constexpr std::size_t kSectorBytes = 512;
constexpr std::size_t kDiskBytes = std::size_t{16} << 20U;
constexpr std::size_t kPartitionSectors = std::size_t{6} << 11U;  // 6 MiB
constexpr std::size_t kFirstPartition = std::size_t{1} << 11U;    // sector at 1 MiB
constexpr std::size_t kTableOffset = 446;
constexpr std::size_t kTableBytes = 66;
constexpr unsigned char kSwapType = 0x82;
constexpr unsigned char kLinuxType = 0x83;
// Where Linux looks for it in a swap area with pages of 4 KiB.
constexpr std::size_t kSwapMark = 4086;

void put(std::string& disk, std::size_t offset, std::uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) {
        disk[offset + i] = static_cast<char>(value >> (8 * i));
    }
}

void put_partition(std::string& disk, unsigned index, unsigned char type) {
    const std::size_t entry = kTableOffset + std::size_t{16} * index;
    put(disk, entry + 4, type, 1);
    put(disk, entry + 8, kFirstPartition + index * kPartitionSectors, 4);
    put(disk, entry + 12, kPartitionSectors, 4);
}

}  // namespace

std::string disk_content(unsigned machine) {
    std::string disk(kDiskBytes, '\0');
    std::mt19937_64 noise(machine);
    for (std::size_t offset = 0; offset < kDiskBytes; offset += 8) {
        put(disk, offset, noise(), 8);
    }
    std::fill_n(disk.begin() + kTableOffset, kTableBytes, '\0');
    put_partition(disk, 0, kSwapType);
    put_partition(disk, 1, kLinuxType);
    put(disk, kSectorBytes - 2, 0xaa55, 2);
    disk.replace(kFirstPartition * kSectorBytes + kSwapMark, 10, "SWAPSPACE2");
    return disk;
}

Result<> make_disk(const std::string& file, unsigned machine) {
    return write_file_atomically(file, disk_content(machine), 0600);
}

Result<> check_disk(const std::string& file, unsigned machine) {
    const std::string now = DOLMEN_TRY(read_file(file, 2 * kDiskBytes));
    const std::string before = disk_content(machine);
    if (now.size() != before.size()) {
        return fail_text(
            fmt::format("{}: {} bytes instead of {}", file, now.size(), before.size()));
    }
    const auto place = std::mismatch(now.begin(), now.end(), before.begin()).first;
    if (place != now.end()) {
        return fail_text(fmt::format("{}: was written to, at byte {}", file, place - now.begin()));
    }
    return {};
}

}  // namespace dolmen::qa
