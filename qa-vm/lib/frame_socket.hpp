// SPDX-License-Identifier: GPL-2.0-only
// FrameSocket: frames in both directions over one socket on the event loop; what can not be sent
// at once waits in memory.
#pragma once

#include <base/fd.hpp>
#include <base/loop.hpp>
#include <functional>
#include <string>

#include "wire/frame.hpp"

namespace dolmen::qa {

class FrameSocket {
  public:
    using OnFrame = std::function<void(const Frame&)>;
    /// The other end has gone; called once, the last that is called. It may destroy the
    /// FrameSocket.
    using OnEnd = std::function<void()>;

    /// `socket` must be non-blocking.
    FrameSocket(Loop& loop, Fd socket, OnFrame on_frame, OnEnd on_end);
    ~FrameSocket();
    FrameSocket(const FrameSocket&) = delete;
    FrameSocket& operator=(const FrameSocket&) = delete;

    void send(const Frame& frame);
    /// The other end has been started anew: halves of frames are forgotten.
    void start_anew();

  private:
    void on_events(std::uint32_t events);
    void read_frames();
    void write_out();

    Loop& loop_;
    Fd socket_;
    OnFrame on_frame_;
    OnEnd on_end_;
    FrameDecoder decoder_;
    std::string out_;
    bool blocked_ = false;
    Loop::Id watch_ = 0;
};

}  // namespace dolmen::qa
