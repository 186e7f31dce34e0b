// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/node_image.hpp"

#include "base/file.hpp"

#include <fmt/core.h>
#include <unistd.h>

namespace dolmen::daemon {
namespace {

constexpr const char* kKernel = "vmlinuz";
constexpr const char* kImage = "node.img";
constexpr const char* kFirmware = "firmware.img";

}  // namespace

Result<NodeImage> read_node_image(const std::string& directory) {
    NodeImage image;
    auto build = read_file(directory + "/build");
    if (!build)
        return fail(std::move(build.error())
                        .context("what nodes boot")
                        .hint("is the package dolmen-node-image installed?"));
    image.build = build->substr(0, build->find('\n'));
    if (!pxe::is_name(image.build))
        return fail_errno(fmt::format("{}/build: \"{}\" is no id", directory, image.build), EINVAL);
    image.initrds = {kImage};
    if (::access((directory + "/" + kFirmware).c_str(), F_OK) == 0)
        image.initrds.emplace_back(kFirmware);
    image.files[kKernel] = directory + "/" + kKernel;
    for (const std::string& initrd : image.initrds)
        image.files[initrd] = directory + "/" + initrd;
    return image;
}

pxe::BootPlan to_boot_plan(const model::LanPlan& lan, const NodeImage& image,
                           std::uint32_t timeout_percent, pxe::BootPlan base) {
    base.mode = pxe::DhcpMode::kOff;
    if (lan.mode == model::LanMode::kFull)
        base.mode = pxe::DhcpMode::kFull;
    if (lan.mode == model::LanMode::kProxy)
        base.mode = pxe::DhcpMode::kProxy;
    base.interface = lan.interface;
    base.head = lan.address.address;
    base.prefix = lan.address.prefix;
    base.range = {lan.first_lease, lan.last_lease};
    base.build = image.build;
    base.kernel = kKernel;
    base.initrds = image.initrds;
    if (timeout_percent != 100)
        base.arguments.push_back(fmt::format("dolmen.timeout_percent={}", timeout_percent));
    return base;
}

}  // namespace dolmen::daemon
