// SPDX-License-Identifier: GPL-2.0-only
// A head's daemon on loopback with a fake kernel, and nodes that join it.
#pragma once

#include "base/file.hpp"
#include "base/process.hpp"
#include "dolmend/daemon.hpp"
#include "fake_kernel.hpp"
#include "noded/head_clock.hpp"
#include "noded/head_connection.hpp"

#include <doctest/doctest.h>
#include <cstdlib>
#include <functional>
#include <future>

namespace dolmen::tests {

using namespace std::chrono_literals;

struct ClusterFixture {
    ClusterFixture() {
        directory = "/tmp/dolmen-cluster-test.XXXXXX";
        REQUIRE(::mkdtemp(directory.data()) != nullptr);
        REQUIRE(write_file_atomically(directory + "/spread.list", "gcc # compiler\ncc1\n"));
        REQUIRE(write_file_atomically(directory + "/stay.list", "sudo\n"));
        start_daemon();
    }
    ~ClusterFixture() {
        daemon.reset();
        static_cast<void>(run_command({"rm", "-rf", directory}, 10s));
    }

    void start_daemon() {
        daemon.reset();
        loop.emplace(Loop::create().value());
        daemon::Options options;
        options.lan = daemon::LanOption::kOff;
        options.listen = "127.0.0.1";
        options.port = 0;
        options.sessions = {};
        options.config_directory = directory;
        options.run_directory = directory;
        options.state_file = directory + "/state";
        daemon.emplace(*loop, kernel, std::move(options));
        const auto started = daemon->start(std::nullopt);
        REQUIRE_MESSAGE(started, (started ? "" : started.error().to_string()));
    }

    // Runs the daemon's loop until `done`; false after five seconds.
    bool run_until(const std::function<bool()>& done) {
        const auto deadline = Deadline::after(5s);
        while (!done() && !deadline.passed())
            REQUIRE(loop->run_once(5ms));
        return done();
    }

    // Runs `node` as another machine would, with the daemon going on meanwhile.
    template <class Node>
    auto beside(Node node) {
        auto future = std::async(std::launch::async, std::move(node));
        REQUIRE(run_until([&] { return future.wait_for(0ms) == std::future_status::ready; }));
        return future.get();
    }

    Result<node::HeadConnection> connect() {
        return node::HeadConnection::open("127.0.0.1", daemon->join_port().value(), 1s);
    }

    static rpc::JoinRequest request(const std::string& mac) {
        return {"build-1", "machine", mac, 2, 1U << 30U, 0};
    }

    // A whole join; the node's welcome.
    Result<rpc::Welcome> join(const std::string& mac) {
        return beside([this, mac]() -> Result<rpc::Welcome> {
            auto connection = DOLMEN_TRY(connect());
            auto answer = DOLMEN_TRY(connection.ask(request(mac)));
            if (const auto* refused = std::get_if<rpc::Refused>(&answer))
                return fail_text(refused->reason);
            const auto& welcome = std::get<rpc::Welcome>(answer);
            const auto sockets = DOLMEN_TRY(connection.complete(welcome));
            kapi::Link link;
            link.control_fd = sockets.control.get();
            link.bulk_fd = sockets.bulk.get();
            DOLMEN_TRY(kernel.join(link));
            return welcome;
        });
    }

    model::NodeState state(std::uint32_t id) const {
        const model::Node* node = daemon->cluster().find(id);
        REQUIRE(node != nullptr);
        return node->state;
    }

    bool becomes(std::uint32_t id, model::NodeState wanted) {
        return run_until([&] { return state(id) == wanted; });
    }

    std::string directory;
    FakeKernel kernel;
    std::optional<Loop> loop;
    std::optional<daemon::Daemon> daemon;
};

}  // namespace dolmen::tests
