// SPDX-License-Identifier: GPL-2.0-only
// RootMount: the head's root over NFS, mounted here while the object lives.
#pragma once

#include "base/result.hpp"

#include <string>

namespace dolmen::node {

// `address`: our own, for the server's call-backs.
std::string nfs_mount_data(const std::string& options, const std::string& server,
                           const std::string& address);

class RootMount {
  public:
    // By mount(2) itself: there is no mount.nfs on a node.
    static Result<RootMount> create(const std::string& directory, const std::string& server,
                                    const std::string& options, const std::string& address);
    RootMount(RootMount&& other) noexcept : directory_(std::exchange(other.directory_, "")) {}
    RootMount& operator=(RootMount&&) = delete;
    RootMount(const RootMount&) = delete;
    // At once, also when the server is gone.
    ~RootMount();

    const std::string& directory() const { return directory_; }

  private:
    explicit RootMount(std::string directory) : directory_(std::move(directory)) {}
    std::string directory_;
};

}  // namespace dolmen::node
