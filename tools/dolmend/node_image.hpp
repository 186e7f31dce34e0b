// SPDX-License-Identifier: GPL-2.0-only
// NodeImage: what nodes boot, as the package dolmen-node-image has it on disk.
#pragma once

#include "model/lan_plan.hpp"
#include "pxe/lib/boot_plan.hpp"
#include "pxe/lib/publish.hpp"

#include <string>

namespace dolmen::daemon {

constexpr const char* kNodeImageDirectory = "/usr/lib/dolmen/node";

struct NodeImage {
    std::string build;
    pxe::Sources files;  // name -> path: kernel, initrds
    std::vector<std::string> initrds;
};

// `directory` has vmlinuz, node.img, perhaps firmware.img, and build, which has one
// line: the id of just these files. ENOENT: the package is not installed.
Result<NodeImage> read_node_image(const std::string& directory);

// `base`: where things lie. What it says of network and build is replaced.
pxe::BootPlan to_boot_plan(const model::LanPlan& lan, const NodeImage& image,
                           std::uint32_t timeout_percent, pxe::BootPlan base);

}  // namespace dolmen::daemon
