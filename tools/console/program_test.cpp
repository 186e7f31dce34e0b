// SPDX-License-Identifier: GPL-2.0-only
// dolmen-console itself, on a terminal that the test holds the other end of, with a
// dolmend of the test's own.
#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/process.hpp"
#include "rpc/frame.hpp"
#include "rpc/socket.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

using namespace dolmen;
using namespace std::chrono_literals;

namespace {

class ConsoleFixture {
  public:
    ConsoleFixture() {
        REQUIRE(::mkdtemp(directory_.data()) != nullptr);
        REQUIRE(write_file_atomically(directory_ + "/login", "demo bcdefghjknpr\n", 0600));
        terminal_ = Fd(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
        REQUIRE(terminal_);
        REQUIRE(::grantpt(terminal_.get()) == 0);
        REQUIRE(::unlockpt(terminal_.get()) == 0);
        const winsize size{25, 80, 0, 0};
        REQUIRE(::ioctl(terminal_.get(), TIOCSWINSZ, &size) == 0);
    }
    ~ConsoleFixture() { static_cast<void>(run_command({"rm", "-rf", directory_}, 10s)); }
    ConsoleFixture(const ConsoleFixture&) = delete;
    ConsoleFixture& operator=(const ConsoleFixture&) = delete;

    std::string socket() const { return directory_ + "/dolmend.sock"; }
    void listen() { listener_ = rpc::listen_unix(socket(), 0600).value(); }
    std::vector<std::string> command() const {
        return {CONSOLE_PROGRAM, "--socket", socket(), "--login", directory_ + "/login"};
    }
    Process start() {
        std::array<char, 64> name{};
        REQUIRE(::ptsname_r(terminal_.get(), name.data(), name.size()) == 0);
        const Fd tty = open_file(name.data(), O_RDWR | O_NOCTTY).value();
        SpawnOptions options;
        options.input = tty.get();
        options.output = tty.get();
        return Process::spawn(command(), options).value();
    }

    void type(const std::string& bytes) { REQUIRE(write_all(terminal_.get(), bytes)); }
    // Answers questions and reads the screen until `done`; false after ten seconds.
    bool run_until(const std::function<bool()>& done) {
        const auto deadline = Deadline::after(10s);
        while (!done() && !deadline.passed()) {
            std::array<pollfd, 2> sources = {
                {{terminal_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}}};
            REQUIRE(::poll(sources.data(), sources.size(), 20) >= 0);
            if ((sources[0].revents & POLLIN) != 0)
                read_screen();
            if ((sources[1].revents & POLLIN) != 0)
                answer();
        }
        return done();
    }
    bool shows(const std::string& text) const { return screen_.find(text) != std::string::npos; }

    rpc::Json status = {{"type", "status"}, {"lan", {{"mode", "probing"}}}};
    std::vector<std::string> keys;  // those that dolmend was sent

  private:
    void read_screen() {
        std::array<char, 4096> bytes{};
        const ssize_t done = ::read(terminal_.get(), bytes.data(), bytes.size());
        if (done > 0)
            screen_.append(bytes.data(), static_cast<std::size_t>(done));
    }
    void answer() {
        const auto client = rpc::accept(listener_.get());
        REQUIRE(client);
        const auto question = rpc::receive_frame(client->fd.get(), 2s);
        REQUIRE(question);
        if ((*question)["type"] == "lan-key") {
            keys.push_back((*question)["key"]);
            REQUIRE(rpc::send_frame(client->fd.get(), {{"type", "done"}}, 1s));
        } else {
            REQUIRE(rpc::send_frame(client->fd.get(), status, 1s));
            static_cast<void>(rpc::send_frame(client->fd.get(), {{"type", "end"}}, 1s));
        }
    }

    std::string directory_ = "/tmp/dolmen-console-test.XXXXXX";
    Fd terminal_;
    Fd listener_;
    std::string screen_;
};

}  // namespace

TEST_CASE_FIXTURE(ConsoleFixture, "it starts without a dolmend, follows one, and hands keys on") {
    const Process console = start();
    REQUIRE(run_until([&] { return shows("does not run (yet)"); }));
    CHECK(shows("bcdefghjknpr"));
    listen();
    REQUIRE(run_until([&] { return shows("looking for other servers"); }));
    status["lan"] = {{"mode", "off"},
                     {"reason", "Because of a test."},
                     {"keys", {{{"key", "p"}, {"text", "try it"}}}}};
    REQUIRE(run_until([&] { return shows("Press P to try it."); }));
    CHECK(shows("Because of a test."));
    // Not offered; a key that sends a sequence; then the one that is.
    type("x");
    type("\x1b[P");
    REQUIRE(run_until([wait = Deadline::after(300ms)] { return wait.passed(); }));
    type("P");
    REQUIRE(run_until([&] { return shows("P was pressed."); }));
    CHECK(keys == std::vector<std::string>{"p"});
}

TEST_CASE_FIXTURE(ConsoleFixture, "an older dolmend, and one that goes away") {
    status = {{"type", "error"}, {"reason", "unknown request"}};
    listen();
    const Process console = start();
    REQUIRE(run_until([&] { return shows("does not answer this question yet"); }));
}

TEST_CASE_FIXTURE(ConsoleFixture, "--once prints the screen without a terminal") {
    auto once = command();
    once.emplace_back("--once");
    const auto printed = run_command(once, 10s);
    REQUIRE(printed);
    CHECK(printed->status.success());
    CHECK(std::count(printed->output.begin(), printed->output.end(), '\n') == 25);
    CHECK(printed->output.find("bcdefghjknpr") != std::string::npos);
    CHECK(printed->output.find('\x1b') == std::string::npos);
    // And without --once it says why it can not.
    const auto refused = run_command(command(), 10s);
    REQUIRE(refused);
    CHECK_FALSE(refused->status.success());
    CHECK(refused->output.find("wants a terminal") != std::string::npos);
}
