// SPDX-License-Identifier: GPL-2.0-only
// Scenario: one promise, and how it is kept true on a running cluster.
//
// A file of scenarios is a family; it defines one function that gives them, and is named in
// families.cpp. A scenario notes what is wrong and goes on; the runner does the rest: cluster,
// audit, counting. Most play on the cluster that is up; those about booting say what theirs is.
#pragma once

#include <fmt/core.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lib/machine_spec.hpp"
#include "scenarios/stage.hpp"

namespace dolmen::qa {

/// What a scenario finds.
class Findings {
  public:
    /// Notes the words unless `holds`.
    template <class... Arguments>
    bool expect(bool holds, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        if (!holds) {
            wrong_.push_back(fmt::format(format, std::forward<Arguments>(arguments)...));
        }
        return holds;
    }
    [[nodiscard]] const std::vector<std::string>& wrong() const { return wrong_; }

  private:
    std::vector<std::string> wrong_;
};

/// A cluster of a scenario's own. Those that follow each
/// other and want the same share one. All nodes have a disk that must stay as it is.
struct Fresh {
    Boot boot = Boot::kCd;
    Firmware firmware = Firmware::kBios;
    Chipset head_chipset = Chipset::kQ35;
    NicModel head_nic = NicModel::kVirtio;
    bool head_disk = false;  // must stay as it is, too
    unsigned nodes = 2;      // machines
    bool nodes_on = true;    // else the scenario switches them on
    // Of the nodes, one after the other.
    std::vector<NicModel> nics{NicModel::kVirtio};
    std::vector<unsigned> memory_mb{1024};
    std::vector<std::string> cpus{""};  // models as QEMU has them; empty: all it can do
    std::string head_cpu;
    bool uplink = false;       // a second card in the head
    std::string foreign_dhcp;  // network with somebody else's DHCP server: "lan", "uplink"
    bool operator==(const Fresh&) const = default;
};

struct Scenario {
    std::string promise;
    unsigned nodes = 1;  // that must have joined before it starts
    std::function<void(Stage& stage, Findings& findings)> run;
    std::optional<Fresh> fresh = std::nullopt;  // the cluster it wants; else any that is up
};

struct Family {
    std::string name;
    std::vector<Scenario> (*scenarios)();
};

/// All families, in the order in which they are best run.
[[nodiscard]] const std::vector<Family>& families();

}  // namespace dolmen::qa
