// SPDX-License-Identifier: GPL-2.0-only
// TerminalSession: a command on a terminal, typed to and read from, as somebody at it would.
#pragma once

#include <chrono>
#include <string>

#include "lib/input_feed.hpp"
#include "lib/remote_command.hpp"

namespace dolmen::qa {

class TerminalSession {
  public:
    static Result<TerminalSession> open(const ControlClient& cluster, Request request);

    Result<> type(const std::string& keys);
    /// Reads until the words have appeared after those that were waited for before.
    /// ETIMEDOUT; ECHILD: the command has ended instead.
    Result<> await(const std::string& words, std::chrono::milliseconds limit = kLimit);
    /// Waits until the command ends; its status as a shell tells it.
    Result<int> end(std::chrono::milliseconds limit = kLimit);
    /// Everything it has written.
    [[nodiscard]] const std::string& screen() const { return screen_; }

    static constexpr std::chrono::milliseconds kLimit{40000};

  private:
    explicit TerminalSession(RemoteStream stream) : stream_(std::move(stream)) {}
    Result<> receive(const Deadline& deadline);

    RemoteStream stream_;
    InputFeed feed_;
    std::string screen_;
    std::size_t seen_ = 0;
    bool ended_ = false;
    Outcome outcome_;
};

}  // namespace dolmen::qa
