// SPDX-License-Identifier: GPL-2.0-only
// Writer of cpio archives in the "newc" format, which the kernel unpacks as an initramfs.
#pragma once

#include <string>

namespace dolmen::qa {

/// The same additions give the same bytes. Leading directories of a file are added with it.
class NewcArchive {
  public:
    /// `path` has no leading slash; mode: permission bits.
    void add_file(const std::string& path, const std::string& content, unsigned mode = 0644);
    /// The whole archive with its trailer, padded to 512 bytes.
    [[nodiscard]] std::string finish() const;

  private:
    void add_directories(const std::string& path);
    void add_entry(const std::string& path, const std::string& content, unsigned mode);

    std::string bytes_;
    std::string directories_;  // "\npath\npath\n": those added already
    unsigned next_inode_ = 1;
};

}  // namespace dolmen::qa
