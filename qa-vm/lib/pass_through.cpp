// SPDX-License-Identifier: GPL-2.0-only
// pass_through(): this process's terminal or pipes become those of a remote command.
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "lib/input_feed.hpp"
#include "lib/remote_command.hpp"

namespace dolmen::qa {
namespace {

// The terminal of this process without any processing of its own while this object lives.
class RawTerminal {
  public:
    explicit RawTerminal(bool wanted) {
        if (wanted && ::tcgetattr(0, &before_) == 0) {
            termios raw = before_;
            ::cfmakeraw(&raw);
            active_ = ::tcsetattr(0, TCSANOW, &raw) == 0;
        }
    }
    ~RawTerminal() {
        if (active_) {
            ::tcsetattr(0, TCSADRAIN, &before_);
        }
    }
    RawTerminal(const RawTerminal&) = delete;
    RawTerminal& operator=(const RawTerminal&) = delete;

  private:
    termios before_{};
    bool active_ = false;
};

Result<Fd> watch_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH}) {
        ::sigaddset(&set, signal);
    }
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    Fd fd(::signalfd(-1, &set, SFD_CLOEXEC));
    return fd ? Result<Fd>(std::move(fd)) : fail_errno("signalfd");
}

WindowSize window_of_this_terminal() {
    winsize size{};
    WindowSize window;
    if (::ioctl(0, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
        window = WindowSize{size.ws_row, size.ws_col};
    }
    return window;
}

class PassThrough {
  public:
    PassThrough(RemoteStream stream, Fd signals)
        : stream_(std::move(stream)), signals_(std::move(signals)) {}

    Result<Outcome> run() {
        while (!outcome_) {
            DOLMEN_TRY(feed_.pump(stream_));
            std::array<pollfd, 3> descriptors{{
                {stream_.fd(), POLLIN, 0},
                {signals_.get(), POLLIN, 0},
                {feed_.wants_more() ? 0 : -1, POLLIN, 0},
            }};
            if (::poll(descriptors.data(), descriptors.size(), -1) < 0 && errno != EINTR) {
                return fail_errno("poll");
            }
            if (descriptors[2].revents != 0) {
                read_input();
            }
            if (descriptors[1].revents != 0) {
                DOLMEN_TRY(pass_signal());
            }
            if (descriptors[0].revents != 0) {
                DOLMEN_TRY(read_frames());
            }
        }
        return *outcome_;
    }

  private:
    void read_input() {
        std::array<char, kChunkBytes> chunk{};
        const ssize_t got = ::read(0, chunk.data(), chunk.size());
        if (got > 0) {
            feed_.append({chunk.data(), static_cast<std::size_t>(got)});
        } else {
            feed_.end();
        }
    }

    Result<> pass_signal() {
        signalfd_siginfo info{};
        if (::read(signals_.get(), &info, sizeof(info)) != sizeof(info)) {
            return {};
        }
        if (info.ssi_signo == SIGWINCH) {
            return stream_.send(FrameType::kWindow, encode_window(window_of_this_terminal()));
        }
        return stream_.send(FrameType::kSignal, encode_signal(static_cast<int>(info.ssi_signo)));
    }

    Result<> read_frames() {
        for (const Frame& frame : DOLMEN_TRY(stream_.receive())) {
            if (frame.type == FrameType::kExit) {
                outcome_ = outcome_from_json(frame.payload);
            } else if (frame.type == FrameType::kStdout || frame.type == FrameType::kStderr) {
                DOLMEN_TRY(pass_output(frame));
            }
            feed_.on_frame(frame);
        }
        return {};
    }

    Result<> pass_output(const Frame& frame) {
        if (frame.payload.empty()) {
            return {};
        }
        DOLMEN_TRY(write_all(frame.type == FrameType::kStdout ? 1 : 2, frame.payload));
        return stream_.send(
            FrameType::kCredit,
            encode_credit({frame.type, static_cast<std::uint32_t>(frame.payload.size())}));
    }

    RemoteStream stream_;
    Fd signals_;
    InputFeed feed_;
    std::optional<Outcome> outcome_;
};

}  // namespace

Result<Outcome> pass_through(const ControlClient& cluster, const std::string& machine,
                             Request request) {
    if (request.terminal) {
        request.window = window_of_this_terminal();
    }
    RemoteStream stream = DOLMEN_TRY(cluster.open(machine, request));
    Fd signals = DOLMEN_TRY(watch_signals());
    const RawTerminal raw(request.terminal);
    return PassThrough(std::move(stream), std::move(signals)).run();
}

}  // namespace dolmen::qa
