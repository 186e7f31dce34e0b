// SPDX-License-Identifier: GPL-2.0-only
#include "lib/caller.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "lib/machine.hpp"
#include "lib/supervisor.hpp"

namespace dolmen::qa {

Caller::Caller(Loop& loop, Supervisor& supervisor, Fd socket)
    : loop_(loop), supervisor_(supervisor), socket_(std::move(socket)) {
    const auto watch =
        loop_.watch(socket_.get(), EPOLLIN, [this](std::uint32_t events) { on_events(events); });
    watch_ = watch ? *watch : 0;
}

Caller::~Caller() {
    leave();
}

void Caller::leave() {
    loop_.remove(std::exchange(watch_, 0));
    Machine* machine = supervisor_.find(machine_);
    if (stream_ != 0 && machine != nullptr && machine->agent() != nullptr) {
        machine->agent()->abandon(stream_);
    }
    stream_ = 0;
}

void Caller::on_events(std::uint32_t events) {
    if ((events & EPOLLOUT) != 0) {
        write_out();
    }
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
        read_frames();
    }
}

void Caller::read_frames() {
    std::array<char, kChunkBytes> chunk{};
    const ssize_t got = ::read(socket_.get(), chunk.data(), chunk.size());
    if (got <= 0) {
        if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
            leave();
            supervisor_.forget(this);
        }
        return;
    }
    decoder_.feed({chunk.data(), static_cast<std::size_t>(got)});
    while (const auto frame = decoder_.next()) {
        on_frame(*frame);
    }
}

void Caller::on_frame(const Frame& frame) {
    if (stream_ != 0) {
        Machine* machine = supervisor_.find(machine_);
        if (machine != nullptr && machine->agent() != nullptr) {
            machine->agent()->send(stream_, frame);
        }
        return;
    }
    if (frame.type != FrameType::kRequest) {
        return;  // what was under way to a stream that has ended
    }
    const nlohmann::json json = nlohmann::json::parse(frame.payload, nullptr, false);
    if (json.is_object() && json.value("do", nlohmann::json()) == "open") {
        open_stream(json.value("machine", ""), json.value("request", ""));
    } else {
        send({FrameType::kReply, 0, supervisor_.serve(frame.payload)});
    }
}

void Caller::open_stream(const std::string& name, const std::string& request) {
    Machine* machine = supervisor_.find(name);
    if (machine == nullptr || machine->agent() == nullptr) {
        const std::string why = machine == nullptr ? "there is no machine " + name
                                                   : name + " is " + to_string(machine->state());
        send({FrameType::kExit, 0, to_json(Outcome{0, 0, why})});
        return;
    }
    machine_ = name;
    stream_ = machine->agent()->open_stream(request, [this](const Frame& frame) {
        if (frame.type == FrameType::kExit) {
            stream_ = 0;
        }
        send(frame);
    });
}

void Caller::send(const Frame& frame) {
    out_ += encode_frame(frame);
    write_out();
}

void Caller::write_out() {
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
