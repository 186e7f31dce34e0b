// SPDX-License-Identifier: GPL-2.0-only
// Stream: one request that is being worked on.
#pragma once

#include <base/loop.hpp>
#include <functional>

#include "wire/frame.hpp"
#include "wire/request.hpp"

namespace dolmen::qa {

/// What a stream may use of the agent around it. finish() ends the stream; it may be called from
/// within any of its callbacks, the object is destroyed later.
struct StreamContext {
    Loop& loop;
    std::function<void(FrameType type, std::string payload)> send;
    std::function<void(const Outcome& outcome)> finish;
};

class Stream {
  public:
    Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    virtual ~Stream() = default;

    /// A frame from the harness for this stream.
    virtual void on_frame(const Frame& frame) = 0;
};

}  // namespace dolmen::qa
