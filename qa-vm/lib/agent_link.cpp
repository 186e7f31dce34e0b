// SPDX-License-Identifier: GPL-2.0-only
#include "lib/agent_link.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace dolmen::qa {

AgentLink::AgentLink(Loop& loop, Fd socket, OnHello on_hello)
    : loop_(loop), socket_(std::move(socket)), on_hello_(std::move(on_hello)) {
    static_cast<void>(set_nonblocking(socket_.get(), true));
    const auto watch =
        loop_.watch(socket_.get(), EPOLLIN, [this](std::uint32_t events) { on_events(events); });
    watch_ = watch ? *watch : 0;
}

AgentLink::~AgentLink() {
    loop_.remove(watch_);
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
    out_ += encode_frame(frame);
    write_out();
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

void AgentLink::on_events(std::uint32_t events) {
    if ((events & EPOLLOUT) != 0) {
        write_out();
    }
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
        read_frames();
    }
}

void AgentLink::read_frames() {
    std::array<char, kChunkBytes> chunk{};
    const ssize_t got = ::read(socket_.get(), chunk.data(), chunk.size());
    if (got <= 0) {
        if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
            loop_.remove(std::exchange(watch_, 0));  // QEMU is ending; its owner sees that too
            fail_streams("the machine has gone");
        }
        return;
    }
    decoder_.feed({chunk.data(), static_cast<std::size_t>(got)});
    while (const auto frame = decoder_.next()) {
        deliver(*frame);
    }
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

void AgentLink::write_out() {
    const ssize_t sent = ::send(socket_.get(), out_.data(), out_.size(), MSG_NOSIGNAL);
    if (sent > 0) {
        out_.erase(0, static_cast<std::size_t>(sent));
    }
    if (out_.empty() == blocked_) {
        blocked_ = !out_.empty();
        static_cast<void>(loop_.change(watch_, blocked_ ? (EPOLLIN | EPOLLOUT) : EPOLLIN));
    }
}

}  // namespace dolmen::qa
