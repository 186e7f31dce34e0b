// SPDX-License-Identifier: GPL-2.0-only
// Caller: the supervisor's end of one connection of a qa-vm command.
#pragma once

#include <base/fd.hpp>
#include <base/loop.hpp>
#include <string>

#include "lib/frame_socket.hpp"

namespace dolmen::qa {

class Machine;
class Supervisor;

class Caller {
  public:
    Caller(Loop& loop, Supervisor& supervisor, Fd socket);
    ~Caller();
    Caller(const Caller&) = delete;
    Caller& operator=(const Caller&) = delete;

  private:
    void on_frame(const Frame& frame);
    void open_stream(const std::string& machine, const std::string& request);
    void leave();

    Supervisor& supervisor_;
    std::string machine_;       // of the stream
    std::uint32_t stream_ = 0;  // 0: none, or it has ended
    FrameSocket socket_;
};

}  // namespace dolmen::qa
