// SPDX-License-Identifier: GPL-2.0-only
#include "agent/pipe_end.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace dolmen::qa {

PipeReader::PipeReader(StreamContext& context, FrameType channel, std::function<void()> on_end)
    : context_(context), channel_(channel), on_end_(std::move(on_end)) {}

PipeReader::~PipeReader() {
    context_.loop.remove(watch_);
}

void PipeReader::open(Fd fd) {
    fd_ = std::move(fd);
    watch();
}

void PipeReader::watch() {
    const auto id = context_.loop.watch(fd_.get(), EPOLLIN, [this](std::uint32_t) { read_some(); });
    watch_ = id ? *id : 0;
}

void PipeReader::read_some() {
    std::array<char, kChunkBytes> chunk{};
    const ssize_t got = ::read(fd_.get(), chunk.data(), std::min(chunk.size(), credit_));
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (got <= 0) {  // EIO: a terminal that nobody has open any more
        end();
        return;
    }
    credit_ -= static_cast<std::size_t>(got);
    if (credit_ == 0) {
        // Not just masked: epoll would go on reporting the hang-up.
        context_.loop.remove(std::exchange(watch_, 0));
    }
    context_.send(channel_, std::string(chunk.data(), static_cast<std::size_t>(got)));
}

void PipeReader::add_credit(std::size_t bytes) {
    const bool was_held_up = held_up();
    credit_ += bytes;
    if (was_held_up && credit_ > 0) {
        watch();
    }
}

void PipeReader::end() {
    context_.loop.remove(std::exchange(watch_, 0));
    fd_.reset();
    context_.send(channel_, "");
    on_end_();
}

PipeWriter::~PipeWriter() {
    close();
}

void PipeWriter::open(Fd fd, bool terminal) {
    fd_ = std::move(fd);
    terminal_ = terminal;
}

void PipeWriter::write(const std::string& bytes) {
    if (!fd_) {
        give_credit(bytes.size());  // the command has closed its input: nobody is to wait for it
        return;
    }
    pending_ += bytes;
    write_some();
}

void PipeWriter::end_of_input() {
    ending_ = true;
    if (fd_ && terminal_) {
        pending_.push_back('\x04');
    }
    write_some();
}

void PipeWriter::write_some() {
    std::size_t written = 0;
    while (fd_ && written < pending_.size()) {
        const ssize_t put =
            ::write(fd_.get(), pending_.data() + written, pending_.size() - written);
        if (put >= 0) {
            written += static_cast<std::size_t>(put);
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            written = pending_.size();
            close();
        }
    }
    pending_.erase(0, written);
    give_credit(written);
    if (!fd_) {
        return;
    }
    if (pending_.empty()) {
        context_.loop.remove(std::exchange(watch_, 0));
        if (ending_ && !terminal_) {
            close();
        }
    } else if (watch_ == 0) {
        const auto id =
            context_.loop.watch(fd_.get(), EPOLLOUT, [this](std::uint32_t) { write_some(); });
        watch_ = id ? *id : 0;
    }
}

void PipeWriter::give_credit(std::size_t bytes) {
    if (bytes > 0) {
        context_.send(FrameType::kCredit,
                      encode_credit({FrameType::kStdin, static_cast<std::uint32_t>(bytes)}));
    }
}

void PipeWriter::close() {
    context_.loop.remove(std::exchange(watch_, 0));
    fd_.reset();
}

}  // namespace dolmen::qa
