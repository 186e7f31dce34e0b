// SPDX-License-Identifier: GPL-2.0-only
#include "agent/command.hpp"

#include <sys/epoll.h>
#include <sys/wait.h>

#include <base/file.hpp>
#include <csignal>
#include <utility>

#include "agent/launch.hpp"

namespace dolmen::qa {
namespace {

// How long output is awaited from processes that outlive the command.
constexpr std::chrono::milliseconds kLinger{1000};
// Between the hang-up and the kill of a command whose caller has gone.
constexpr std::chrono::milliseconds kAbortGrace{2000};

std::string text_of(const char* path) {
    Result<std::string> text = read_file(path);
    return text ? *text : "";
}

}  // namespace

Command::Command(StreamContext context, const Request& request)
    : context_(std::move(context)),
      terminal_(request.terminal),
      input_(context_),
      output_(context_, FrameType::kStdout, [this] { finish_if_done(); }),
      error_(context_, FrameType::kStderr, [this] { finish_if_done(); }) {
    start(request);
}

Command::~Command() {
    context_.loop.remove(exit_watch_);
    context_.loop.remove(timer_);
}

void Command::start(const Request& request) {
    const Result<Account> account =
        find_account(request.user, text_of("/etc/passwd"), text_of("/etc/group"));
    if (!account) {
        context_.finish(Outcome{0, 0, account.error().to_string()});
        return;
    }
    Result<Launched> launched = launch(request, *account);
    if (!launched) {
        // What a shell would say and return for a command that it cannot execute.
        const int code = launched.error().code();
        if (code == 0) {
            context_.finish(Outcome{0, 0, launched.error().to_string()});
        } else {
            context_.send(FrameType::kStderr, launched.error().to_string() + "\n");
            context_.finish(Outcome{code == ENOENT ? 127 : 126, 0, ""});
        }
        return;
    }
    pid_ = launched->pid;
    pidfd_ = std::move(launched->pidfd);
    terminal_fd_ = terminal_ ? launched->output.get() : -1;
    const auto watch =
        context_.loop.watch(pidfd_.get(), EPOLLIN, [this](std::uint32_t) { on_exit(); });
    exit_watch_ = watch ? *watch : 0;
    input_.open(std::move(launched->input), terminal_);
    output_.open(std::move(launched->output));
    if (!terminal_) {
        error_.open(std::move(launched->error));
    }
}

void Command::on_frame(const Frame& frame) {
    switch (frame.type) {
        case FrameType::kStdin:
            if (frame.payload.empty()) {
                input_.end_of_input();
            } else {
                input_.write(frame.payload);
            }
            break;
        case FrameType::kCredit:
            if (const auto credit = decode_credit(frame.payload)) {
                (credit->channel == FrameType::kStderr ? error_ : output_)
                    .add_credit(credit->bytes);
            }
            break;
        case FrameType::kSignal:
            if (const auto signal = decode_signal(frame.payload)) {
                send_signal(*signal);
            }
            break;
        case FrameType::kWindow:
            if (const auto size = decode_window(frame.payload); size && !output_.ended()) {
                set_window(terminal_fd_, *size);
            }
            break;
        case FrameType::kAbort:
            abort();
            break;
        default:
            break;
    }
}

void Command::send_signal(int signal) const {
    if (pid_ > 0 && !exited_) {
        ::kill(-pid_, signal);
    }
}

void Command::abort() {
    if (pid_ <= 0 || exited_) {
        context_.finish(outcome_);
        return;
    }
    aborted_ = true;
    send_signal(SIGHUP);
    send_signal(SIGCONT);
    timer_ = context_.loop.after(kAbortGrace, [this] { send_signal(SIGKILL); });
}

void Command::on_exit() {
    siginfo_t info{};
    if (::waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED | WNOHANG) != 0 ||
        info.si_pid == 0) {
        return;
    }
    context_.loop.remove(std::exchange(exit_watch_, 0));
    exited_ = true;
    if (info.si_code == CLD_EXITED) {
        outcome_.status = info.si_status;
    } else {
        outcome_.signal = info.si_status;
    }
    context_.loop.remove(timer_);
    timer_ = context_.loop.after(kLinger, [this] { on_linger(); });
    if (aborted_) {
        context_.finish(outcome_);  // nobody reads what is left of its output
        return;
    }
    finish_if_done();
}

void Command::on_linger() {
    if (output_.held_up() || error_.held_up()) {
        timer_ = context_.loop.after(kLinger, [this] { on_linger(); });
        return;
    }
    context_.finish(outcome_);
}

void Command::finish_if_done() {
    if (exited_ && output_.ended() && error_.ended()) {
        context_.finish(outcome_);
    }
}

}  // namespace dolmen::qa
