// SPDX-License-Identifier: GPL-2.0-only
#include "lib/agent_link.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace dolmen::qa {
namespace {

Fd set_up(Fd socket) {
    static_cast<void>(set_nonblocking(socket.get(), true));
    return socket;
}

}  // namespace

AgentLink::AgentLink(Loop& loop, Fd socket, OnHello on_hello)
    : on_hello_(std::move(on_hello)),
      socket_(
          loop, set_up(std::move(socket)), [this](const Frame& frame) { deliver(frame); },
          [this] { fail_streams("the machine has gone"); }) {}  // its owner sees that too

AgentLink::~AgentLink() {
    fail_streams("the machine has gone");
}

std::uint32_t AgentLink::open_stream(const std::string& request, OnFrame on_frame) {
    const std::uint32_t stream = next_stream_++;
    streams_[stream] = std::move(on_frame);
    send(stream, {FrameType::kRequest, stream, request});
    return stream;
}

void AgentLink::send(std::uint32_t stream, Frame frame) {
    frame.stream = stream;
    socket_.send(frame);
}

void AgentLink::abandon(std::uint32_t stream) {
    if (streams_.erase(stream) > 0) {
        send(stream, {FrameType::kAbort, stream, ""});
    }
}

void AgentLink::fail_streams(const std::string& why) {
    for (const auto& [stream, on_frame] : std::exchange(streams_, {})) {
        on_frame({FrameType::kExit, stream, to_json(Outcome{0, 0, why})});
    }
}

void AgentLink::start_anew() {
    fail_streams("the machine was reset");
    socket_.start_anew();
}

void AgentLink::deliver(const Frame& frame) {
    if (frame.type == FrameType::kHello) {
        fail_streams("the agent was restarted");
        const nlohmann::json json = nlohmann::json::parse(frame.payload, nullptr, false);
        on_hello_(json.is_object() ? json.value("uptime", 0.0) : 0.0);
        return;
    }
    const auto place = streams_.find(frame.stream);
    if (place == streams_.end()) {
        return;  // abandoned; what was under way still arrives
    }
    const OnFrame on_frame = place->second;
    if (frame.type == FrameType::kExit) {
        streams_.erase(place);
    }
    on_frame(frame);
}

}  // namespace dolmen::qa
