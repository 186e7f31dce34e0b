// SPDX-License-Identifier: GPL-2.0-only
// Command: the stream of a kRun request.
#pragma once

#include <base/fd.hpp>
#include <memory>

#include "agent/pipe_end.hpp"
#include "agent/stream.hpp"

namespace dolmen::qa {

/// Ends when the command has exited and its output has ended. Processes that it left behind and
/// that keep the output open are waited for kLinger, then the stream ends without them.
class Command : public Stream {
  public:
    Command(StreamContext context, const Request& request);
    ~Command() override;

    void on_frame(const Frame& frame) override;

  private:
    void start(const Request& request);
    void on_exit();
    void on_linger();
    void finish_if_done();
    void send_signal(int signal) const;
    void abort();

    StreamContext context_;
    bool terminal_;
    PipeWriter input_;
    PipeReader output_;
    PipeReader error_;
    pid_t pid_ = -1;
    Fd pidfd_;
    int terminal_fd_ = -1;  // owned by output_, for the window size
    bool exited_ = false;
    bool aborted_ = false;
    Outcome outcome_;
    Loop::Id exit_watch_ = 0;
    Loop::Id timer_ = 0;
};

}  // namespace dolmen::qa
