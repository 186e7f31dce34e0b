// SPDX-License-Identifier: GPL-2.0-only
// AgentLink: the harness's end of one agent's port; carries the streams of many callers.
#pragma once

#include <base/fd.hpp>
#include <base/loop.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "lib/frame_socket.hpp"
#include "wire/request.hpp"

namespace dolmen::qa {

class AgentLink {
  public:
    using OnFrame = std::function<void(const Frame&)>;
    /// Uptime of the machine in seconds.
    using OnHello = std::function<void(double uptime)>;

    AgentLink(Loop& loop, Fd socket, OnHello on_hello);
    ~AgentLink();
    AgentLink(const AgentLink&) = delete;
    AgentLink& operator=(const AgentLink&) = delete;

    /// `request` is the JSON of a Request. The last frame that `on_frame` gets is a kExit, also
    /// when the agent is restarted or the machine goes away.
    std::uint32_t open_stream(const std::string& request, OnFrame on_frame);
    /// Sends a frame to the agent; its stream number is replaced.
    void send(std::uint32_t stream, Frame frame);
    /// The caller has gone: the agent ends the work, nobody hears of it.
    void abandon(std::uint32_t stream);
    /// Ends all streams with this error.
    void fail_streams(const std::string& why);
    /// The machine was reset: nothing of before counts.
    void start_anew();

  private:
    void deliver(const Frame& frame);

    OnHello on_hello_;
    std::uint32_t next_stream_ = 1;
    std::map<std::uint32_t, OnFrame> streams_;
    FrameSocket socket_;
};

}  // namespace dolmen::qa
