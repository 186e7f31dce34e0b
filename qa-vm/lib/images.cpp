// SPDX-License-Identifier: GPL-2.0-only
#include "lib/images.hpp"

#include <unistd.h>

#include <base/file.hpp>
#include <nlohmann/json.hpp>

namespace dolmen::qa {

Result<Images> read_images(const std::string& path) {
    Result<std::string> text = read_file(path);
    if (!text) {
        return fail(std::move(text.error()).hint("build the target \"images\" first"));
    }
    Images images;
    try {
        const nlohmann::json json = nlohmann::json::parse(*text);
        images.kernel = json.at("kernel").get<std::string>();
        images.kernel_parameters = json.value("kernel_parameters", "");
        images.head_initrd = json.at("head_initrd").get<std::string>();
        images.head_root = json.value("head_root", "");
        images.node_initrd = json.at("node_initrd").get<std::string>();
        images.kernel_release = json.at("kernel_release").get<std::string>();
        images.iso = json.value("iso", "");
    } catch (const nlohmann::json::exception& problem) {
        return fail_text(path + ": " + problem.what());
    }
    // The target "iso" is built by itself, beside the other images.
    const std::string beside = path.substr(0, path.rfind('/') + 1) + "../iso/dolmen.iso";
    if (images.iso.empty() && ::access(beside.c_str(), R_OK) == 0) {
        images.iso = beside;
    }
    const std::string plain = path.substr(0, path.rfind('/') + 1) + "../plain-head";
    if (::access((plain + "/root.img").c_str(), R_OK) == 0) {
        images.plain_head = plain;
    }
    for (const std::string& file :
         {images.kernel, images.head_initrd, images.head_root, images.node_initrd}) {
        if (!file.empty() && ::access(file.c_str(), R_OK) != 0) {
            return fail_errno(path + ": " + file);
        }
    }
    return images;
}

}  // namespace dolmen::qa
