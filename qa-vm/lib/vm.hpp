// SPDX-License-Identifier: GPL-2.0-only
// Vm: one running QEMU. It ends when this object or the thread that made it ends.
#pragma once

#include <base/process.hpp>
#include <string>

#include "lib/machine_spec.hpp"
#include "lib/qmp.hpp"

namespace dolmen::qa {

class Vm {
  public:
    /// Starts QEMU; what it says itself goes to `error_file` (a descriptor).
    static Result<Vm> start(const MachineSpec& spec, int error_file);

    [[nodiscard]] pid_t pid() const { return process_.pid(); }
    /// Readable when QEMU has ended.
    [[nodiscard]] int pidfd() const { return process_.pidfd(); }
    Result<ExitStatus> wait() { return process_.wait(); }
    /// As pulling the plug.
    Result<> kill() { return process_.kill(9); }
    [[nodiscard]] Qmp& qmp() { return qmp_; }
    /// The host's ends of the agent's port and of the network cards, to be taken once.
    [[nodiscard]] Fd take_agent() { return std::move(agent_); }
    [[nodiscard]] Fd take_lan() { return std::move(lan_); }
    /// Of the second card; invalid if the machine has none.
    [[nodiscard]] Fd take_uplink() { return std::move(uplink_); }

  private:
    Vm(Process process, Fd qmp) : process_(std::move(process)), qmp_(std::move(qmp)) {}

    Process process_;
    Qmp qmp_;
    Fd agent_;
    Fd lan_;
    Fd uplink_;
};

}  // namespace dolmen::qa
