// SPDX-License-Identifier: GPL-2.0-only
// Running commands on a machine of a cluster from the harness.
#pragma once

#include <base/clock.hpp>
#include <string>

#include "lib/control_client.hpp"

namespace dolmen::qa {

struct RemoteResult {
    Outcome outcome;
    std::string output;  // standard output
    std::string error;   // standard error
};

/// Runs the request with `input` as its standard input and collects what it writes. ETIMEDOUT at
/// the end of `limit`: the command is killed then.
Result<RemoteResult> run_remote(const ControlClient& cluster, const std::string& machine,
                                const Request& request, std::chrono::milliseconds limit,
                                const std::string& input = "");

/// Runs the request with this process's standard descriptors passed through, and with its terminal
/// in raw mode if the request wants a terminal. Interrupts are passed on.
Result<Outcome> pass_through(const ControlClient& cluster, const std::string& machine,
                             Request request);

/// Copies a file of the host into a machine, with its permission bits.
Result<> put_file(const ControlClient& cluster, const std::string& machine,
                  const std::string& local, const std::string& remote);
/// ... and out of it.
Result<> get_file(const ControlClient& cluster, const std::string& machine,
                  const std::string& remote, const std::string& local);

}  // namespace dolmen::qa
