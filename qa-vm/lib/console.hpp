// SPDX-License-Identifier: GPL-2.0-only
// Console: the file that a machine's serial console goes to, over all its starts.
#pragma once

#include <base/result.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dolmen::qa {

/// The first line that tells of a fault of the kernel (BUG, WARNING, Oops, stall, hung task,
/// lockdep, KASAN, reference counts...), if any.
[[nodiscard]] std::optional<std::string> find_kernel_fault(std::string_view text);

/// The start died of the fault in text patching that QEMU's TCG is known for: an "Oops: int3" in
/// the first three seconds of the guest's time, before any module was loaded.
[[nodiscard]] bool is_text_patching_fault(std::string_view text);

class Console {
  public:
    explicit Console(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] const std::string& path() const { return path_; }
    /// Writes a line that separates one start of the machine from the next.
    Result<> mark_start(const std::string& words) const;
    /// Everything from the last such line on.
    [[nodiscard]] std::string since_start() const;
    /// The last lines of the current start.
    [[nodiscard]] std::string tail(std::size_t lines) const;

  private:
    std::string path_;
};

}  // namespace dolmen::qa
