// SPDX-License-Identifier: GPL-2.0-only
// Where a cluster of the harness keeps its socket and its logs.
#pragma once

#include <base/result.hpp>
#include <string>

namespace dolmen::qa {

struct ClusterPaths {
    std::string run;   // socket, lock, what the machines boot from; gone after "down"
    std::string logs;  // consoles, QEMU command lines, log of the harness; kept
    [[nodiscard]] std::string socket() const { return run + "/control"; }
    [[nodiscard]] std::string lock() const { return run + "/lock"; }
    [[nodiscard]] std::string console(const std::string& machine) const {
        return logs + "/" + machine + ".console";
    }
    [[nodiscard]] std::string capture(const std::string& machine) const {
        return logs + "/" + machine + ".pcap";
    }
    [[nodiscard]] std::string disk(const std::string& machine) const {
        return run + "/" + machine + ".disk";
    }
    [[nodiscard]] std::string firmware_variables(const std::string& machine) const {
        return run + "/" + machine + ".firmware";
    }
};

/// Letters, digits, '-', '_' and '.', not starting with a dot, at most 40 characters.
[[nodiscard]] bool is_cluster_name(const std::string& name);

/// Paths of the cluster of that name for this user; nothing is created.
[[nodiscard]] ClusterPaths paths_of(const std::string& name);

/// Directory of the harness for this user below which `run` lies.
[[nodiscard]] std::string run_root();

/// Makes both directories, an empty `logs` too: that of the run before is kept as
/// "<name>.previous".
Result<> prepare(const ClusterPaths& paths);

}  // namespace dolmen::qa
