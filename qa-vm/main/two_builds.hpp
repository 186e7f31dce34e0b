// SPDX-License-Identifier: GPL-2.0-only
// A real project, compiled at home and then by the cluster.
#pragma once

#include <map>
#include <string>

#include "lib/control_client.hpp"

namespace dolmen::qa {

struct Build {
    double seconds = 0;
    double head_busy_seconds = 0;
    std::string sums;                       // of everything that was built
    std::map<std::string, long> compilers;  // cc1 placed on each node, by the kernel's count
};

struct TwoBuilds {
    Build home, spread;
    [[nodiscard]] double ratio() const { return home.seconds / spread.seconds; }
};

/// Builds twice with make -j`jobs`, by `dolmen local` and by `launcher` (empty: as a session of the
/// cluster does by itself), and tells on standard output how it went. Fails if a build fails, if
/// the results differ, or if no compiler ran on a node.
Result<TwoBuilds> build_twice(const ControlClient& cluster, const std::string& launcher,
                              unsigned jobs);

}  // namespace dolmen::qa
