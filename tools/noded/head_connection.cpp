// SPDX-License-Identifier: GPL-2.0-only
#include "noded/head_connection.hpp"

#include "rpc/frame.hpp"
#include "rpc/socket.hpp"

#include <nlohmann/json.hpp>

namespace dolmen::node {
namespace {

using namespace std::chrono_literals;

// Before the welcome the timeout factor is not known: the largest is assumed.
constexpr std::chrono::milliseconds kAnswer = 30s;

Result<rpc::HeadMessage> receive(const Fd& fd) {
    const auto raw = DOLMEN_TRY(rpc::receive_frame(fd.get(), kAnswer, rpc::kJoinFrameLimit));
    return rpc::head_message(raw);
}

Result<> expect_go(const Fd& fd) {
    const auto message = DOLMEN_TRY(receive(fd));
    if (std::holds_alternative<rpc::Go>(message))
        return {};
    if (const auto* refused = std::get_if<rpc::Refused>(&message))
        return fail_text("the head refuses: " + refused->reason);
    return fail_errno("wait for the head's go", EPROTO);
}

}  // namespace

Result<HeadConnection> HeadConnection::open(const std::string& address, std::uint16_t port,
                                            std::chrono::milliseconds limit) {
    Fd control = DOLMEN_TRY(rpc::connect_tcp(address, port, limit));
    return HeadConnection(std::move(control), address, port);
}

Result<std::variant<rpc::Welcome, rpc::Refused>> HeadConnection::ask(
    const rpc::JoinRequest& request) {
    DOLMEN_TRY(rpc::send_frame(control_.get(), rpc::to_json(request), kAnswer));
    auto message = DOLMEN_TRY(receive(control_));
    if (auto* refused = std::get_if<rpc::Refused>(&message))
        return std::move(*refused);
    if (auto* welcome = std::get_if<rpc::Welcome>(&message))
        return std::move(*welcome);
    return fail_errno("the head's answer to the join", EPROTO);
}

Result<JoinedSockets> HeadConnection::complete(const rpc::Welcome& welcome) {
    JoinedSockets sockets;
    sockets.bulk = DOLMEN_TRY(rpc::connect_tcp(address_, port_, kAnswer));
    DOLMEN_TRY(rpc::send_frame(sockets.bulk.get(),
                               rpc::to_json(rpc::BulkHello{welcome.node, welcome.token}), kAnswer));
    sockets.control = std::move(control_);
    // A head that does not want this bulk connection closes it.
    DOLMEN_TRY(expect_go(sockets.bulk));
    DOLMEN_TRY(expect_go(sockets.control));
    return sockets;
}

Result<std::string> HeadConnection::own_address() const {
    return rpc::local_address(control_.get());
}

}  // namespace dolmen::node
