// SPDX-License-Identifier: GPL-2.0-only
// Images: what the machines of a cluster boot from, as the build describes it in images.json.
#pragma once

#include <base/result.hpp>
#include <string>

namespace dolmen::qa {

struct Images {
    std::string kernel;
    std::string kernel_parameters;  // that this kernel needs on any machine
    std::string head_initrd;
    std::string head_root;  // squashfs; empty: the head has no disk
    std::string node_initrd;
    std::string kernel_release;
    std::string iso;  // the medium; empty: has not been built
    // directory of a plain Debian with our packages, see live-cd/plain-head; empty: has not
    // been built
    std::string plain_head;
};

/// Fails if the file cannot be read, lacks a key, or names a file that is not there. A medium that
/// it does not name is the one beside the images, if there is one.
[[nodiscard]] Result<Images> read_images(const std::string& path);

}  // namespace dolmen::qa
