// SPDX-License-Identifier: GPL-2.0-only
// NetworkSpace: a network namespace without a name and without a way out: what is in it reaches
// nothing but what its owner connects. It is gone with its owner and the processes in it.
#pragma once

#include <base/fd.hpp>
#include <base/process.hpp>
#include <string>
#include <vector>

namespace dolmen::qa {

class NetworkSpace {
  public:
    /// EPERM: needs root.
    static Result<NetworkSpace> create();

    /// A tap device in it that is up and has this address ("192.0.2.1/24"): this process's end.
    Result<Fd> make_tap(const std::string& name, const std::string& address);
    /// A program in it; the process has ended when its owner or the calling thread ends.
    Result<Process> spawn(const std::vector<std::string>& argv, const SpawnOptions& options);

  private:
    NetworkSpace(Fd outside, Fd inside)
        : outside_(std::move(outside)), inside_(std::move(inside)) {}
    [[nodiscard]] Result<> enter() const;
    void leave() const;

    Fd outside_;  // where the calling process lives
    Fd inside_;
};

}  // namespace dolmen::qa
