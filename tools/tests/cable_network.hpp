// SPDX-License-Identifier: GPL-2.0-only
// CableNetwork: cables between this process and another machine, for tests. Both
// ends are network namespaces without a name and without any other network: they
// are gone with this process, however it ends, and nothing gets out of them.
#pragma once

#include "base/process.hpp"
#include "net/packet_socket.hpp"

#include <memory>
#include <string>
#include <vector>

namespace dolmen::tests {

// What CTest is told to take for "skipped".
constexpr int kSkipped = 77;

// Why it failed; empty: it did not.
std::string text_of(const auto& result) {
    return result ? "" : result.error().to_string();
}

class CableNetwork {
  public:
    // Card head0 here at lan0 there, head1 at lan1...; all have a link, and those
    // there have the address 192.0.2.1/24, 198.51.100.1/24 (at most two cables).
    // EPERM: needs root.
    static Result<std::unique_ptr<CableNetwork>> create(unsigned cables);
    // This process is back in the network that it came from.
    ~CableNetwork();
    CableNetwork(const CableNetwork&) = delete;
    CableNetwork& operator=(const CableNetwork&) = delete;

    Result<> run_here(const std::vector<std::string>& argv);
    Result<> run_there(const std::vector<std::string>& argv);
    // dnsmasq on lan<cable>, until its owner goes; it is listening.
    Result<Process> start_dnsmasq(unsigned cable, const std::vector<std::string>& options);
    // A socket for DHCP requests that come by lan<cable>.
    Result<Fd> server_socket(unsigned cable);
    Result<net::Nic> nic(const std::string& name);

  private:
    CableNetwork(Fd before, Fd there, Fd here)
        : before_(std::move(before)), there_(std::move(there)), here_(std::move(here)) {}
    Result<> connect(unsigned cable);
    std::vector<std::string> there(const std::vector<std::string>& argv) const;

    // Namespaces; this process is in here_.
    Fd before_;
    Fd there_;
    Fd here_;
};

}  // namespace dolmen::tests
