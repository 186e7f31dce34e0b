// SPDX-License-Identifier: GPL-2.0-only
// Caller: the supervisor's end of one connection of a qa-vm command.
#pragma once

#include <base/fd.hpp>
#include <base/loop.hpp>
#include <string>

#include "wire/frame.hpp"

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
    void on_events(std::uint32_t events);
    void read_frames();
    void on_frame(const Frame& frame);
    void open_stream(const std::string& machine, const std::string& request);
    void send(const Frame& frame);
    void write_out();
    void leave();

    Loop& loop_;
    Supervisor& supervisor_;
    Fd socket_;
    Loop::Id watch_ = 0;
    FrameDecoder decoder_;
    std::string out_;
    bool blocked_ = false;
    std::string machine_;       // of the stream
    std::uint32_t stream_ = 0;  // 0: none, or it has ended
};

}  // namespace dolmen::qa
