// SPDX-License-Identifier: GPL-2.0-only
#include "lib/cluster_paths.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <base/file.hpp>
#include <cctype>
#include <cstdlib>
#include <filesystem>

namespace dolmen::qa {
namespace {

constexpr std::size_t kMaxNameLength = 40;

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::string state_root() {
    const std::string state = variable("XDG_STATE_HOME");
    if (!state.empty()) {
        return state + "/dolmen-qa";
    }
    const std::string home = variable("HOME");
    return (home.empty() ? "/root" : home) + "/.local/state/dolmen-qa";
}

}  // namespace

bool is_cluster_name(const std::string& name) {
    return !name.empty() && name.size() <= kMaxNameLength && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), [](unsigned char c) {
               return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
           });
}

std::string run_root() {
    const std::string runtime = variable("XDG_RUNTIME_DIR");
    if (!runtime.empty()) {
        return runtime + "/dolmen-qa";
    }
    return ::getuid() == 0 ? "/run/dolmen-qa" : fmt::format("/tmp/dolmen-qa-{}", ::getuid());
}

ClusterPaths paths_of(const std::string& name) {
    return ClusterPaths{run_root() + "/" + name, state_root() + "/" + name};
}

Result<> prepare(const ClusterPaths& paths) {
    const std::string previous = paths.logs + ".previous";
    std::error_code error;
    if (std::filesystem::exists(paths.logs, error)) {
        std::filesystem::remove_all(previous, error);
        std::filesystem::rename(paths.logs, previous, error);
        if (error) {
            return fail_errno("keep the logs of the run before as " + previous, error.value());
        }
    }
    DOLMEN_TRY(make_directories(paths.logs));
    return make_directories(paths.run, 0700);
}

}  // namespace dolmen::qa
