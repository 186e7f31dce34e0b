// SPDX-License-Identifier: GPL-2.0-only
// HeadConnection: the node's side of the join (docs/join-protocol.md).
#pragma once

#include "base/fd.hpp"
#include "rpc/join.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

namespace dolmen::node {

// Both connections, nothing unread in them that is not for the kernel.
struct JoinedSockets {
    Fd control;
    Fd bulk;
};

class HeadConnection {
  public:
    static Result<HeadConnection> open(const std::string& address, std::uint16_t port,
                                       std::chrono::milliseconds limit);

    // Refused is an answer, not an error.
    Result<std::variant<rpc::Welcome, rpc::Refused>> ask(const rpc::JoinRequest& request);
    // When all is prepared. This object is used up.
    Result<JoinedSockets> complete(const rpc::Welcome& welcome);
    // Our own address as the head sees it.
    Result<std::string> own_address() const;

  private:
    HeadConnection(Fd control, std::string address, std::uint16_t port)
        : control_(std::move(control)), address_(std::move(address)), port_(port) {}

    Fd control_;
    std::string address_;
    std::uint16_t port_;
};

}  // namespace dolmen::node
