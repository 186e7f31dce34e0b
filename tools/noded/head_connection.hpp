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

// The head's clocks as they were here at the arrival of its welcome, all in
// nanoseconds.
struct ClockOffsets {
    std::int64_t realtime = 0;  // to be added to ours
    std::int64_t monotonic = 0;
    std::int64_t boottime = 0;
};

struct Invitation {
    rpc::Welcome welcome;
    ClockOffsets clocks;
};

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
    Result<std::variant<Invitation, rpc::Refused>> ask(const rpc::JoinRequest& request);
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
