// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/nfs_clients.hpp"

#include "base/file.hpp"

#include <algorithm>
#include <filesystem>

namespace dolmen::daemon {

std::vector<std::string> find_nfs_clients(const std::string& directory,
                                          const std::string& address) {
    std::vector<std::string> controls;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
        const auto info = read_file((entry.path() / "info").string());
        if (info && info->find("address: \"" + address + ":") != std::string::npos)
            controls.push_back((entry.path() / "ctl").string());
    }
    std::sort(controls.begin(), controls.end());
    return controls;
}

Result<> expire_nfs_clients(const std::string& directory, const std::string& address) {
    Result<> outcome;
    for (const std::string& control : find_nfs_clients(directory, address)) {
        auto written = write_control(control, "expire\n");
        const bool gone =
            !written && (written.error().code() == ENOENT || written.error().code() == ENXIO);
        if (!written && !gone)
            outcome = std::move(written);
    }
    return outcome;
}

}  // namespace dolmen::daemon
