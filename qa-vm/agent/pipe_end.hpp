// SPDX-License-Identifier: GPL-2.0-only
// The agent's ends of a command's standard descriptors, paced by credits.
#pragma once

#include <base/fd.hpp>
#include <string>

#include "agent/stream.hpp"

namespace dolmen::qa {

/// Reads what a command writes and sends it, as far as the harness has given credit.
class PipeReader {
  public:
    PipeReader(StreamContext& context, FrameType channel, std::function<void()> on_end);
    ~PipeReader();
    PipeReader(const PipeReader&) = delete;
    PipeReader& operator=(const PipeReader&) = delete;

    void open(Fd fd);
    void add_credit(std::size_t bytes);
    [[nodiscard]] bool ended() const { return !fd_.valid(); }
    /// Data may be waiting, but the harness has not asked for more yet.
    [[nodiscard]] bool held_up() const { return fd_.valid() && credit_ == 0; }

  private:
    void watch();
    void read_some();
    void end();

    StreamContext& context_;
    FrameType channel_;
    std::function<void()> on_end_;
    Fd fd_;
    std::size_t credit_ = kWindowBytes;
    Loop::Id watch_ = 0;
};

/// Writes what the harness sends to a command, and gives credit for what the command has taken.
class PipeWriter {
  public:
    explicit PipeWriter(StreamContext& context) : context_(context) {}
    ~PipeWriter();
    PipeWriter(const PipeWriter&) = delete;
    PipeWriter& operator=(const PipeWriter&) = delete;

    /// On a terminal, end of input is the character ^D.
    void open(Fd fd, bool terminal);
    void write(const std::string& bytes);
    void end_of_input();

  private:
    void write_some();
    void give_credit(std::size_t bytes);
    void close();

    StreamContext& context_;
    Fd fd_;
    bool terminal_ = false;
    bool ending_ = false;
    std::string pending_;
    Loop::Id watch_ = 0;
};

}  // namespace dolmen::qa
