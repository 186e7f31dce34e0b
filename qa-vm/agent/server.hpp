// SPDX-License-Identifier: GPL-2.0-only
// Server: gives each request that comes through the port a stream.
#pragma once

#include <base/fd.hpp>
#include <base/loop.hpp>
#include <map>
#include <memory>

#include "agent/port.hpp"
#include "agent/stream.hpp"

namespace dolmen::qa {

class Server {
  public:
    Server(Loop& loop, Fd port);

  private:
    void say_hello();
    void on_frame(const Frame& frame);
    void open_stream(const Frame& frame);
    void finish(std::uint32_t stream, const Outcome& outcome);
    void power_off();

    Loop& loop_;
    Port port_;
    std::map<std::uint32_t, std::unique_ptr<Stream>> streams_;
};

}  // namespace dolmen::qa
