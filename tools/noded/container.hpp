// SPDX-License-Identifier: GPL-2.0-only
// Container: the namespaces that all guests of this node live in, held by the
// reaper, pid 1 of their pid namespace. It ends with this object, and all guests
// with it.
#pragma once

#include "base/process.hpp"
#include "kapi/kernel.hpp"
#include "rpc/join.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace dolmen::node {

struct ContainerPlan {
    std::string root;      // where the head's root is mounted; empty: our own root
    std::string hostname;  // what guests see
    std::vector<rpc::HomeMount> home_mounts;  // covered by home file systems
    std::string time_offsets;                 // for /proc/self/timens_offsets; empty: our own time
};

class Container {
  public:
    // Returns when the kernel has taken the container. Errors name the step.
    static Result<Container> create(const ContainerPlan& plan, kapi::Kernel& kernel,
                                    std::chrono::milliseconds limit);
    Container(Container&&) noexcept = default;
    Container& operator=(Container&&) = delete;
    Container(const Container&) = delete;
    ~Container();

    // Does not wait. The destructor does it too, and waits until all are gone.
    void kill();
    // Readable when the reaper, and so every guest, is gone.
    int pidfd() const { return reaper_.get(); }

  private:
    explicit Container(Fd reaper) : reaper_(std::move(reaper)) {}
    Fd reaper_;  // pidfd
};

}  // namespace dolmen::node
