// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/terminal_session.hpp"

#include <poll.h>

namespace dolmen::qa {

Result<TerminalSession> TerminalSession::open(const ControlClient& cluster, Request request) {
    request.terminal = true;
    return TerminalSession(DOLMEN_TRY(cluster.open("head", request)));
}

Result<> TerminalSession::type(const std::string& keys) {
    feed_.append(keys);
    return feed_.pump(stream_);
}

Result<> TerminalSession::receive(const Deadline& deadline) {
    if (!DOLMEN_TRY(wait_for(stream_.fd(), POLLIN, deadline.milliseconds_left()))) {
        return fail_errno("terminal", ETIMEDOUT);
    }
    for (const Frame& frame : DOLMEN_TRY(stream_.receive())) {
        if (frame.type == FrameType::kExit) {
            ended_ = true;
            outcome_ = outcome_from_json(frame.payload);
        } else if (frame.type == FrameType::kStdout && !frame.payload.empty()) {
            screen_ += frame.payload;
            DOLMEN_TRY(stream_.send(
                FrameType::kCredit,
                encode_credit({frame.type, static_cast<std::uint32_t>(frame.payload.size())})));
        }
        feed_.on_frame(frame);
    }
    return {};
}

Result<> TerminalSession::await(const std::string& words, std::chrono::milliseconds limit) {
    const Deadline deadline = Deadline::after(limit);
    while (true) {
        const std::size_t at = screen_.find(words, seen_);
        if (at != std::string::npos) {
            seen_ = at + words.size();
            return {};
        }
        if (ended_) {
            return fail_errno("await \"" + words + "\"", ECHILD);
        }
        if (const Result<> received = receive(deadline); !received) {
            return fail(Error(received.error()).context("await \"" + words + "\""));
        }
    }
}

Result<int> TerminalSession::end(std::chrono::milliseconds limit) {
    const Deadline deadline = Deadline::after(limit);
    while (!ended_) {
        DOLMEN_TRY(receive(deadline));
    }
    return outcome_.shell_status();
}

}  // namespace dolmen::qa
