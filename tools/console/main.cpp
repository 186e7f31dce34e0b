// SPDX-License-Identifier: GPL-2.0-only
// dolmen-console: the head's screen on tty1. Reads and shows; all it can do is to
// hand on the keys that dolmend offers.
#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "console/painter.hpp"
#include "console/password.hpp"
#include "console/screen.hpp"
#include "console/terminal.hpp"

#include <fmt/core.h>
#include <sys/statvfs.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdio>

namespace {

using namespace dolmen;
using namespace dolmen::console;
using namespace std::chrono_literals;

// The screen is as old as this at most.
constexpr auto kPeriod = 1s;
constexpr auto kAnswer = 2s;
// How long others may have spoiled the screen.
constexpr auto kPaintAll = 5s;
constexpr auto kNoteStays = 10s;

struct Sources {
    std::string socket = rpc::kDaemonSocket;
    std::string login_file = kLoginFile;
};

std::string why_no_status(const Error& error) {
    switch (error.code()) {
        case ENOENT:
        case ECONNREFUSED:
            return "dolmend, the program that serves the nodes, does not run (yet).";
        case EPROTO:
            return "dolmend does not answer this question yet: it is of another version.";
        case ETIMEDOUT:
            return "dolmend does not answer.";
        default:
            return "dolmend does not answer: " + error.to_string();
    }
}

rpc::RootSpace root_space() {
    struct statvfs space {};
    if (::statvfs("/", &space) < 0)
        return {};
    return {space.f_blocks * space.f_frsize, space.f_bavail * space.f_frsize};
}

View look(const Sources& sources) {
    View view;
    view.version = DOLMEN_VERSION;
    if (auto status = rpc::ask_status(sources.socket, kAnswer)) {
        view.root = status->root;
        view.status = std::move(*status);
    } else {
        view.no_status = why_no_status(status.error());
    }
    if (view.root.total == 0)
        view.root = root_space();
    // There is none on a head that was installed.
    if (const auto content = read_file(sources.login_file, 1024))
        view.login = from_file(*content);
    return view;
}

void print(const std::vector<Line>& lines) {
    for (const Line& line : lines)
        fmt::print("{}\n", line.text);
}

class Screen {
  public:
    Screen(Sources sources, Terminal terminal)
        : sources_(std::move(sources)), terminal_(std::move(terminal)) {}

    // Until the terminal is gone.
    Result<> run() {
        DOLMEN_TRY(terminal_.write(Painter::begin()));
        for (;;) {
            DOLMEN_TRY(show());
            const auto next = Deadline::after(kPeriod);
            while (!next.passed())
                if (const auto key = DOLMEN_TRY(terminal_.read_key(next.milliseconds_left())))
                    press(*key);
        }
    }

  private:
    Result<> show() {
        view_ = look(sources_);
        if (note_ends_.passed())
            note_.clear();
        view_.note = note_;
        const bool all = paint_all_.passed();
        if (all)
            paint_all_ = Deadline::after(kPaintAll);
        return terminal_.write(painter_.paint(render(view_, terminal_.size()), all));
    }

    void press(char key) {
        if (!view_.status)
            return;
        const auto& keys = view_.status->lan.keys;
        const bool offered = std::any_of(keys.begin(), keys.end(), [&](const rpc::LanKey& offer) {
            return std::tolower(static_cast<unsigned char>(offer.key)) == key;
        });
        if (!offered)
            return;
        const auto done = rpc::send_lan_key(sources_.socket, key, kAnswer);
        note_ = done ? fmt::format("{} was pressed.",
                                   static_cast<char>(std::toupper(static_cast<unsigned char>(key))))
                     : done.error().to_string();
        note_ends_ = Deadline::after(kNoteStays);
    }

    Sources sources_;
    Terminal terminal_;
    Painter painter_;
    View view_;
    std::string note_;
    Deadline note_ends_ = Deadline::after(0s);
    Deadline paint_all_ = Deadline::after(0s);
};

Result<> show_screen(const Sources& sources) {
    Terminal terminal = DOLMEN_TRY(Terminal::open());
    return Screen(sources, std::move(terminal)).run();
}

}  // namespace

int main(int argc, char** argv) {
    Sources sources;
    bool once = false;
    CLI::App app{"The head's screen: what it serves, its nodes, what to do next.",
                 "dolmen-console"};
    app.add_option("--socket", sources.socket, "of dolmend")->capture_default_str();
    app.add_option("--login", sources.login_file, "user and password")->capture_default_str();
    app.add_flag("--once", once, "print what would be shown on 80x25 characters, and end");
    CLI11_PARSE(app, argc, argv);
    if (once) {
        print(render(look(sources), Size{}));
        return 0;
    }
    const auto shown = show_screen(sources);
    if (shown)
        return 0;
    log::error("{}", shown.error().to_string());
    return 1;
}
