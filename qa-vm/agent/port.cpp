// SPDX-License-Identifier: GPL-2.0-only
#include "agent/port.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <base/file.hpp>
#include <filesystem>
#include <utility>

namespace dolmen::qa {
namespace {

// How soon a port without a host is looked at again: epoll would report its hang-up for ever.
constexpr std::chrono::milliseconds kHostRetry{100};

}  // namespace

Result<std::string> find_port_device(const std::string& name) {
    std::error_code error;
    for (const auto& entry :
         std::filesystem::directory_iterator("/sys/class/virtio-ports", error)) {
        const Result<std::string> found = read_file(entry.path() / "name");
        if (found && *found == name + "\n") {
            return "/dev/" + entry.path().filename().string();
        }
    }
    return fail_errno("virtio port " + name, ENOENT);
}

Port::Port(Loop& loop, Fd fd, OnFrame on_frame)
    : loop_(loop), fd_(std::move(fd)), on_frame_(std::move(on_frame)) {
    start_watching();
}

Port::~Port() {
    loop_.remove(watch_);
}

void Port::start_watching() {
    const std::uint32_t events = out_.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT;
    const auto watch =
        loop_.watch(fd_.get(), events, [this](std::uint32_t ready) { on_events(ready); });
    watch_ = watch ? *watch : 0;
}

void Port::on_events(std::uint32_t events) {
    if ((events & EPOLLIN) != 0) {
        read_frames();
    } else if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
        loop_.remove(watch_);
        watch_ = loop_.after(kHostRetry, [this] { start_watching(); });
        return;
    }
    if ((events & EPOLLOUT) != 0) {
        write_out();
    }
}

void Port::read_frames() {
    std::array<char, kChunkBytes> chunk{};
    const ssize_t got = ::read(fd_.get(), chunk.data(), chunk.size());
    if (got <= 0) {
        return;
    }
    decoder_.feed({chunk.data(), static_cast<std::size_t>(got)});
    while (const auto frame = decoder_.next()) {
        on_frame_(*frame);
    }
}

void Port::send(const Frame& frame) {
    const bool was_empty = out_.empty();
    out_ += encode_frame(frame);
    if (was_empty) {
        write_out();
    }
}

void Port::write_out() {
    std::size_t written = 0;
    while (written < out_.size()) {
        const ssize_t put =
            ::write(fd_.get(), out_.data() + written, std::min(out_.size() - written, kChunkBytes));
        if (put <= 0) {
            break;
        }
        written += static_cast<std::size_t>(put);
    }
    out_.erase(0, written);
    // An error here only means that the watch is away for a moment; start_watching() looks again.
    static_cast<void>(loop_.change(watch_, out_.empty() ? EPOLLIN : (EPOLLIN | EPOLLOUT)));
}

}  // namespace dolmen::qa
