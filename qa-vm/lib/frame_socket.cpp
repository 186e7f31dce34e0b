// SPDX-License-Identifier: GPL-2.0-only
#include "lib/frame_socket.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace dolmen::qa {

FrameSocket::FrameSocket(Loop& loop, Fd socket, OnFrame on_frame, OnEnd on_end)
    : loop_(loop),
      socket_(std::move(socket)),
      on_frame_(std::move(on_frame)),
      on_end_(std::move(on_end)) {
    const auto watch =
        loop_.watch(socket_.get(), EPOLLIN, [this](std::uint32_t events) { on_events(events); });
    watch_ = watch ? *watch : 0;
}

FrameSocket::~FrameSocket() {
    loop_.remove(watch_);
}

void FrameSocket::send(const Frame& frame) {
    out_ += encode_frame(frame);
    write_out();
}

void FrameSocket::start_anew() {
    decoder_ = FrameDecoder();
    out_.clear();
    write_out();
}

void FrameSocket::on_events(std::uint32_t events) {
    if ((events & EPOLLOUT) != 0) {
        write_out();
    }
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
        read_frames();
    }
}

void FrameSocket::read_frames() {
    std::array<char, kChunkBytes> chunk{};
    const ssize_t got = ::read(socket_.get(), chunk.data(), chunk.size());
    if (got <= 0) {
        if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
            loop_.remove(std::exchange(watch_, 0));
            const OnEnd on_end = std::move(on_end_);  // this may be gone after it
            on_end();
        }
        return;
    }
    decoder_.feed({chunk.data(), static_cast<std::size_t>(got)});
    while (const auto frame = decoder_.next()) {
        on_frame_(*frame);
    }
}

void FrameSocket::write_out() {
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
