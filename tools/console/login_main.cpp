// SPDX-License-Identifier: GPL-2.0-only
// dolmen-login: gives the user of a live head a random password, which the console
// shows. Nothing is in the image: each start makes its own.
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/process.hpp"
#include "console/password.hpp"

#include <linux/magic.h>
#include <pwd.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <csignal>

namespace {

using namespace dolmen;
using namespace dolmen::console;
using namespace std::chrono_literals;

// Hashing a password is meant to be slow, and machines may be emulated.
constexpr auto kChpasswd = 60s;

// The root of a live system is an overlay in memory. The users of any other system
// have their passwords already, and it is not ours to change them.
Result<bool> is_live() {
    struct statfs root {};
    if (::statfs("/", &root) < 0)
        return fail_errno("look at the root file system");
    return root.f_type == OVERLAYFS_SUPER_MAGIC;
}

std::optional<std::uint8_t> random_byte() {
    std::uint8_t byte = 0;
    ssize_t done = 0;
    do
        done = ::getrandom(&byte, 1, 0);
    while (done < 0 && errno == EINTR);
    return done == 1 ? std::optional(byte) : std::nullopt;
}

// By standard input: arguments can be seen by everybody.
Result<> set_password(const Login& login) {
    Pipe pipe = DOLMEN_TRY(make_pipe());
    SpawnOptions options;
    options.input = pipe.read.get();
    Process chpasswd = DOLMEN_TRY(Process::spawn({"chpasswd"}, options));
    pipe.read.reset();
    DOLMEN_TRY(write_all(pipe.write.get(), login.user + ':' + login.password + '\n'));
    pipe.write.reset();
    const auto status = DOLMEN_TRY(chpasswd.wait_for(kChpasswd));
    if (!status)
        return fail_errno("run chpasswd", ETIMEDOUT);
    if (!status->success())
        return fail_text("chpasswd: " + status->to_string());
    return {};
}

Result<> make_login(const std::string& user, const std::string& path) {
    if (!DOLMEN_TRY(is_live())) {
        log::info("this is no live system: passwords stay as they are");
        return {};
    }
    if (::getpwnam(user.c_str()) == nullptr) {
        log::info("there is no user {}", user);
        return {};
    }
    // Once for each start of the machine, whatever happens to this service.
    if (::access(path.c_str(), F_OK) == 0)
        return {};
    const auto password = make_password(random_byte);
    if (!password)
        return fail_errno("get random bytes");
    const Login login{user, *password};
    DOLMEN_TRY(set_password(login));
    return write_file_atomically(path, to_file(login), 0600);
}

}  // namespace

int main(int argc, char** argv) {
    std::string user = "demo";
    std::string path = kLoginFile;
    CLI::App app{"Gives the user of a live head a random password.", "dolmen-login"};
    app.add_option("--user", user)->capture_default_str();
    app.add_option("--file", path, "where the console reads it")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    // A chpasswd that ends early is an error of a write, told below.
    ::signal(SIGPIPE, SIG_IGN);
    const auto made = make_login(user, path);
    if (made)
        return 0;
    log::error("no password for {}: {}", user, made.error().to_string());
    return 1;
}
