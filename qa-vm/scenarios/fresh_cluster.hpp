// SPDX-License-Identifier: GPL-2.0-only
// FreshCluster: the cluster that scenarios want for themselves, one at a time.
#pragma once

#include <optional>
#include <string>

#include "scenarios/scenario.hpp"

namespace dolmen::qa {

class FreshCluster {
  public:
    /// `iso`: medium to boot instead of the one of the images; may be empty.
    FreshCluster(std::string name, std::string images_file, std::string iso)
        : name_(std::move(name)), images_file_(std::move(images_file)), iso_(std::move(iso)) {}
    ~FreshCluster() { end(); }
    FreshCluster(const FreshCluster&) = delete;
    FreshCluster& operator=(const FreshCluster&) = delete;

    [[nodiscard]] const std::string& name() const { return name_; }
    /// The one that is up if it is of that kind, else a new one. false: it does not come up; what
    /// there is to know has been printed.
    bool provide(const Fresh& wanted);
    void end();

  private:
    std::string name_;
    std::string images_file_;
    std::string iso_;
    std::optional<Fresh> present_;
};

}  // namespace dolmen::qa
