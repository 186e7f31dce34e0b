// SPDX-License-Identifier: GPL-2.0-only
// ControlClient: what qa-vm's verbs and the scenarios use to talk to a cluster's supervisor.
#pragma once

#include <base/clock.hpp>
#include <base/fd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lib/machine_spec.hpp"
#include "wire/frame.hpp"
#include "wire/request.hpp"

namespace dolmen::qa {

struct MachineStatus {
    std::string name;
    std::string state;  // "off", "starting", "ready", "failed"
    std::string why;
    std::string console;
    unsigned starts = 0;
    unsigned retries = 0;
    unsigned reboots = 0;      // Linux has run and the machine has reset itself
    unsigned boots_again = 0;  // ... had not run yet: nothing to boot was found
    std::string boot;          // "direct", "cd", "usb", "network"
    std::string nic;           // "virtio"...
    unsigned number = 0;
    std::string disk;  // file; empty: none
    double seconds_to_ready = 0;
    int pid = 0;
};

/// One connection to the supervisor that carries a stream of an agent.
class RemoteStream {
  public:
    explicit RemoteStream(Fd socket) : socket_(std::move(socket)) {}
    [[nodiscard]] int fd() const { return socket_.get(); }
    Result<> send(FrameType type, const std::string& payload);
    /// Frames that have come; reads once from the socket, which must be readable or is waited for.
    /// Fails when the supervisor has gone.
    Result<std::vector<Frame>> receive();

  private:
    Fd socket_;
    FrameDecoder decoder_;
};

class ControlClient {
  public:
    /// `cluster`: its name. Nothing is connected yet.
    explicit ControlClient(std::string cluster) : cluster_(std::move(cluster)) {}

    [[nodiscard]] const std::string& cluster() const { return cluster_; }
    /// ENOENT or ECONNREFUSED: there is no such cluster.
    Result<std::vector<MachineStatus>> machines() const;
    Result<MachineStatus> machine(const std::string& name) const;
    /// Directory of the logs.
    [[nodiscard]] std::string logs() const;
    Result<> power(const std::string& machine, const std::string& action) const;
    Result<> link(const std::string& machine, bool up) const;
    Result<> pause(const std::string& machine, bool paused) const;
    /// As its card has it, see lib/screen.hpp for more.
    Result<std::string> screen(const std::string& machine) const;
    Result<> picture(const std::string& machine, const std::string& file) const;
    Result<> press(const std::string& machine, const std::vector<std::string>& keys) const;
    /// Somebody else's DHCP server in "lan" or "uplink": its log.
    Result<std::string> start_dhcp(const std::string& network,
                                   const std::vector<std::string>& options = {}) const;
    Result<> stop_dhcp(const std::string& network) const;
    Result<> down() const;
    Result<RemoteStream> open(const std::string& machine, const Request& request) const;
    /// JSON of "status".
    Result<std::string> status() const;

  private:
    Result<Fd> connect() const;
    Result<std::string> ask(const std::string& request) const;

    std::string cluster_;
};

}  // namespace dolmen::qa
