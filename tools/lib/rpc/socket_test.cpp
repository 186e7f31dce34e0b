// SPDX-License-Identifier: GPL-2.0-only
#include "rpc/socket.hpp"

#include "rpc/frame.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

using namespace dolmen;
using namespace dolmen::rpc;
using namespace std::chrono_literals;

TEST_CASE("TCP: listen, connect, accept, one message") {
    const Fd listener = listen_tcp("127.0.0.1", 0).value();
    const Fd client = connect_tcp("127.0.0.1", local_port(listener.get()).value(), 1s).value();
    REQUIRE(wait_for(listener.get(), POLLIN, 1000).value());
    const Accepted server = accept(listener.get()).value();
    CHECK(server.address == "127.0.0.1");
    CHECK(local_address(client.get()).value() == "127.0.0.1");
    REQUIRE(send_frame(client.get(), Json{{"a", 1}}, 1s));
    CHECK(receive_frame(server.fd.get(), 1s).value() == Json{{"a", 1}});
}

TEST_CASE("unix: the peer's user is known") {
    const std::string path = "/tmp/dolmen-socket-test-" + std::to_string(::getpid());
    const Fd listener = listen_unix(path, 0600).value();
    const Fd client = connect_unix(path).value();
    const Accepted server = accept(listener.get()).value();
    CHECK(peer_user(server.fd.get()).value() == ::geteuid());
    ::unlink(path.c_str());
}

TEST_CASE("failures are told in words") {
    CHECK_FALSE(connect_tcp("not an address", 1, 1s));
    CHECK(connect_unix("/nonexistent/socket").error().code() == ENOENT);
    const Fd listener = listen_tcp("127.0.0.1", 0).value();
    const auto port = local_port(listener.get()).value();
    CHECK(listen_tcp("127.0.0.1", port).error().code() == EADDRINUSE);
}
