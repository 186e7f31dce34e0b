// SPDX-License-Identifier: GPL-2.0-only
// Files by HTTP with busybox's wget, from a server that answers one thing.
#include "noded/download.hpp"

#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/scope_exit.hpp"
#include "rpc/socket.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <array>
#include <filesystem>
#include <string>
#include <thread>

using namespace dolmen;
using namespace dolmen::node;

namespace {

// Loads what a server on this machine answers with, appended to `already`.
struct Loaded {
    explicit Loaded(const std::string& answer, const std::string& already = "") {
        std::array<char, 32> name{"/tmp/dolmen-download.XXXXXX"};
        const Fd file(::mkstemp(name.data()));
        REQUIRE(file);
        const ScopeExit remove([&] { std::filesystem::remove(name.data()); });
        REQUIRE(write_all(file.get(), already));
        const Fd listener = rpc::listen_tcp("127.0.0.1", 0).value();
        const auto port = rpc::local_port(listener.get()).value();
        std::thread server([&] { serve(listener.get(), answer); });
        const auto outcome =
            download("http://127.0.0.1:" + std::to_string(port) + "/file", file.get());
        server.join();
        error = outcome ? "" : outcome.error().to_string();
        content = read_file(name.data()).value();
    }

    std::string content;
    std::string error;

  private:
    static void serve(int listener, const std::string& answer) {
        if (!wait_for(listener, POLLIN, 10'000).value_or(false))
            return;
        const auto client = rpc::accept(listener);
        if (!client)
            return;
        std::array<char, 4096> request{};
        static_cast<void>(wait_for(client->fd.get(), POLLIN, 10'000));
        [[maybe_unused]] const ssize_t read =
            ::recv(client->fd.get(), request.data(), request.size(), 0);
        static_cast<void>(write_all(client->fd.get(), answer));
    }
};

bool tells_of(const Loaded& loaded, const std::string& what) {
    return loaded.error.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("a whole file is appended") {
    const Loaded loaded("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde", "xyz");
    CHECK(loaded.error.empty());
    CHECK(loaded.content == "xyzabcde");
}

TEST_CASE("half a file is none") {
    CHECK(tells_of(Loaded("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nabcde"),
                   "connection closed prematurely"));
}

TEST_CASE("a file of unknown length is none") {
    CHECK(tells_of(Loaded("HTTP/1.1 200 OK\r\n\r\nabcde"), "unknown number"));
}

TEST_CASE("what the server says against it is told") {
    CHECK(tells_of(Loaded("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), "404"));
    CHECK_FALSE(Loaded("").error.empty());
}
