// SPDX-License-Identifier: GPL-2.0-only
// Copies an image to a device, and compares the two.
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace dolmen::usb {

// Bytes that are done.
using OnProgress = std::function<void(std::uint64_t done)>;

// The size of a bootable hybrid image: one that starts from a stick as it does from a
// CD. EINVAL: it is none.
Result<std::uint64_t> check_image(int image);

// When it returns, the bytes are on the device, not only on their way there.
Result<> write_image(int image, std::uint64_t size, int device, const OnProgress& progress);

// Reads what the device itself has. EIO: it is not what was written.
Result<> compare_image(int image, std::uint64_t size, int device, const OnProgress& progress);

// "writing   42 %   176 of 412 MB   8.4 MB/s   0:28 left"
std::string progress_text(const std::string& what, std::uint64_t done, std::uint64_t total,
                          std::chrono::milliseconds elapsed);

}  // namespace dolmen::usb
