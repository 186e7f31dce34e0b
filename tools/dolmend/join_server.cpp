// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/join_server.hpp"

#include "base/log.hpp"
#include "kapi/text.hpp"
#include "rpc/field.hpp"
#include "rpc/socket.hpp"

#include <fmt/core.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace dolmen::daemon {
namespace {

using namespace std::chrono_literals;

// Both at 100 percent. The first message comes at once; then the node mounts
// its root and builds its container.
constexpr std::chrono::milliseconds kFirstMessage = 5s;
constexpr std::chrono::milliseconds kPreparation = 60s;
constexpr std::chrono::milliseconds kSend = 1s;
constexpr std::size_t kMostConnections = 2 * rpc::kMaxNodes + 32;
constexpr std::uint32_t kRetrySoon = 1;
constexpr std::uint32_t kRetryOtherBuild = 10;

// NFS as the cluster needs it. The nodes' kernel asks again for whatever it read
// before the last message from the head, so that a process sees what it may have
// heard of; one second bounds what it may see late without having heard. A new
// head's files never meet cached ones of the old.
constexpr const char* kRootOptions = "vers=4.2,proto=tcp,sec=sys,hard,actimeo=1,nosharecache";

Result<std::string> make_token() {
    std::array<unsigned char, 16> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        return fail_errno("draw a random token");
    std::string text;
    for (const unsigned char byte : bytes)
        text += fmt::format("{:02x}", byte);
    return text;
}

}  // namespace

Result<std::unique_ptr<JoinServer>> JoinServer::create(Parts parts, Settings settings) {
    Fd listener = DOLMEN_TRY(rpc::listen_tcp(settings.listen, settings.port));
    std::unique_ptr<JoinServer> server(
        new JoinServer(std::move(parts), std::move(settings), std::move(listener)));
    server->watch_ = DOLMEN_TRY(
        server->parts_.loop.watch(server->listener_.get(), EPOLLIN,
                                  [self = server.get()](std::uint32_t) { self->accept(); }));
    return server;
}

JoinServer::~JoinServer() {
    parts_.loop.remove(watch_);
    while (!connections_.empty())
        take(connections_.begin()->first);
}

Result<std::uint16_t> JoinServer::port() const {
    return rpc::local_port(listener_.get());
}

void JoinServer::accept() {
    auto accepted = rpc::accept(listener_.get());
    if (!accepted || connections_.size() >= kMostConnections)
        return;
    const Id id = next_connection_++;
    Connection& connection = connections_[id];
    connection.fd = std::move(accepted->fd);
    connection.address = std::move(accepted->address);
    const auto watch =
        parts_.loop.watch(connection.fd.get(), EPOLLIN, [this, id](std::uint32_t) { serve(id); });
    if (!watch) {
        connections_.erase(id);
        return;
    }
    connection.watch = *watch;
    set_deadline(connection, id, kFirstMessage);
}

void JoinServer::set_deadline(Connection& connection, Id id, std::chrono::milliseconds span) {
    parts_.loop.remove(connection.deadline);
    connection.deadline = parts_.loop.after(span * settings_.timeout_percent / 100,
                                            [this, id] { drop(id, "too slow"); });
}

// The connection, no longer watched.
JoinServer::Connection JoinServer::take(Id id) {
    Connection connection = std::move(connections_.at(id));
    connections_.erase(id);
    parts_.loop.remove(connection.watch);
    parts_.loop.remove(connection.deadline);
    return connection;
}

void JoinServer::drop(Id id, const std::string& why) {
    const Connection connection = take(id);
    if (connection.only_time)
        return;
    log::warning("join from {} ended: {}", connection.address, why);
    if (connection.node == 0)
        return;
    note_failure(connection.node, why);
    static_cast<void>(parts_.cluster.set_state(connection.node, model::NodeState::kAway));
    parts_.changed();
}

void JoinServer::note_failure(std::uint32_t id, const std::string& why) {
    parts_.log.add_now("join-failed", id, why);
    if (const model::Node* node = parts_.cluster.find(id))
        parts_.failed(node->mac, node->address, why);
}

void JoinServer::serve(Id id) {
    Connection& connection = connections_.at(id);
    auto message = connection.reader.read(connection.fd.get());
    if (!message) {
        drop(id, message.error().to_string());
        return;
    }
    if (!message->has_value())
        return;
    const auto handled = handle(id, **message);
    if (handled || !connections_.contains(id))
        return;
    // So that the reason is on the node's console too; a second refusal is not read.
    const std::string why = handled.error().to_string();
    // EPROTO before the welcome: its build speaks another version of this protocol.
    const bool other_build = handled.error().code() == EPROTO && connection.node == 0;
    const rpc::Refused refused{why.substr(0, rpc::kTextLimit),
                               other_build ? kRetryOtherBuild : kRetrySoon, other_build};
    static_cast<void>(rpc::send_frame(connection.fd.get(), rpc::to_json(refused), kSend));
    drop(id, why);
}

Result<> JoinServer::handle(Id id, const rpc::Json& raw) {
    Connection& connection = connections_.at(id);
    const rpc::NodeMessage message = DOLMEN_TRY(rpc::node_message(raw));
    // After the welcome the next word on this connection is the kernel's.
    if (connection.node != 0)
        return fail_errno("a second message", EPROTO);
    if (std::holds_alternative<rpc::TimeRequest>(message))
        return tell_time(connection);
    if (const auto* bulk = std::get_if<rpc::BulkHello>(&message))
        return join_bulk(id, *bulk);
    return join(connection, id, std::get<rpc::JoinRequest>(message));
}

Result<> JoinServer::tell_time(Connection& connection) {
    connection.only_time = true;
    const rpc::TimeAnswer answer{clock_nanoseconds(CLOCK_REALTIME),
                                 clock_nanoseconds(CLOCK_MONOTONIC),
                                 clock_nanoseconds(CLOCK_BOOTTIME)};
    return rpc::send_frame(connection.fd.get(), rpc::to_json(answer), kSend);
}

void JoinServer::refuse(const Connection& connection, const rpc::Refused& answer) {
    log::warning("{} refused: {}", connection.address, answer.reason);
    parts_.log.add_now("join-refused", 0, connection.address + ": " + answer.reason);
    parts_.failed(connection.request.mac, connection.address, answer.reason);
    static_cast<void>(rpc::send_frame(connection.fd.get(), rpc::to_json(answer), kSend));
}

// The machine has started anew while its old body still counts as up.
Result<> JoinServer::drop_old_body(std::uint32_t node) {
    const auto nodes = DOLMEN_TRY(parts_.kernel.nodes());
    const bool alive =
        std::any_of(nodes.begin(), nodes.end(), [node](const dolmen_node_info& info) {
            return info.node == node && info.state != DOLMEN_NODE_DEAD;
        });
    if (!alive)
        return {};
    log::warning("node{} joins again: its old connection is given up", node);
    auto dropped = parts_.kernel.drop_node(node);
    // It may have died by itself in between.
    if (!dropped && dropped.error().code() != ENODEV)
        return dropped;
    return {};
}

Result<> JoinServer::join(Connection& connection, Id id, const rpc::JoinRequest& request) {
    connection.request = request;
    if (request.build != settings_.build) {
        refuse(connection, {fmt::format("its modules are build {}, the head's are {}",
                                        request.build, settings_.build),
                            kRetryOtherBuild, true});
        return fail_text("another build");
    }
    auto node =
        parts_.cluster.admit(request.mac, request.machine, connection.address, request.node);
    if (!node) {
        refuse(connection, {node.error().to_string(), kRetryOtherBuild, false});
        return fail(std::move(node.error()));
    }
    if (handing_over_.contains(node->id) || parts_.busy(node->id)) {
        refuse(connection, {node->name + " is still being cleared away", kRetrySoon, false});
        return fail_text("too early");
    }
    for (auto& [other_id, other] : connections_) {
        if (other.node != node->id)
            continue;
        // Not its state: the place is the new connection's now.
        other.node = 0;
        drop(other_id, "the machine has begun again");
        break;
    }
    DOLMEN_TRY(drop_old_body(node->id));
    connection.node = node->id;
    connection.token = DOLMEN_TRY(make_token());
    const rpc::Welcome welcome = DOLMEN_TRY(make_welcome(connection, *node));
    DOLMEN_TRY(rpc::send_frame(connection.fd.get(), rpc::to_json(welcome), kSend));
    set_deadline(connection, id, kPreparation);
    log::info("{} at {} ({} CPUs, {} MiB) is preparing", node->name, connection.address,
              request.cpus, request.memory >> 20U);
    parts_.changed();
    return {};
}

Result<rpc::Welcome> JoinServer::make_welcome(const Connection& connection,
                                              const model::Node& node) const {
    HeadFacts facts = DOLMEN_TRY(parts_.facts());
    rpc::Welcome welcome;
    welcome.node = node.id;
    welcome.name = node.name;
    welcome.epoch = settings_.epoch;
    welcome.timeout_percent = settings_.timeout_percent;
    welcome.token = connection.token;
    welcome.root_server = DOLMEN_TRY(rpc::local_address(connection.fd.get()));
    welcome.root_options = kRootOptions;
    welcome.hostname = std::move(facts.hostname);
    welcome.home_mounts = std::move(facts.home_mounts);
    welcome.sysctls = std::move(facts.sysctls);
    return welcome;
}

Result<> JoinServer::join_bulk(Id bulk_id, const rpc::BulkHello& hello) {
    const auto control =
        std::find_if(connections_.begin(), connections_.end(), [&](const auto& entry) {
            return entry.second.node == hello.node && !entry.second.token.empty() &&
                   entry.second.token == hello.token;
        });
    if (control == connections_.end())
        return fail_errno("no node waits with this token", EPERM);
    Connection control_connection = take(control->first);
    hand_over(std::move(control_connection), take(bulk_id));
    return {};
}

void JoinServer::hand_over(Connection control, Connection bulk) {
    kapi::Link link;
    link.node = control.node;
    link.timeout_percent = settings_.timeout_percent;
    link.epoch = settings_.epoch;
    link.name = fmt::format("node{}", control.node);
    link.build = control.request.build;
    link.memory = control.request.memory;
    link.cpus = control.request.cpus;
    handing_over_.insert(control.node);
    const std::uint32_t node = control.node;
    // Shared, because std::function wants to be copied.
    auto control_fd = std::make_shared<Fd>(std::move(control.fd));
    auto bulk_fd = std::make_shared<Fd>(std::move(bulk.fd));
    auto work = [&kernel = parts_.kernel, link, control_fd, bulk_fd]() mutable -> Result<> {
        for (const auto& fd : {control_fd, bulk_fd}) {
            DOLMEN_TRY(rpc::send_frame(fd->get(), rpc::to_json(rpc::Go{}), kSend));
            DOLMEN_TRY(set_nonblocking(fd->get(), false));
        }
        link.control_fd = control_fd->get();
        link.bulk_fd = bulk_fd->get();
        return kernel.add_node(link);
    };
    parts_.background.run(std::move(work),
                          [this, node](const Result<>& outcome) { finish(node, outcome); });
}

void JoinServer::finish(std::uint32_t node, const Result<>& outcome) {
    handing_over_.erase(node);
    const auto state = outcome ? model::NodeState::kUp : model::NodeState::kAway;
    static_cast<void>(parts_.cluster.set_state(node, state));
    parts_.changed();
    if (outcome) {
        log::info("node{} has joined", node);
        if (const model::Node* found = parts_.cluster.find(node))
            parts_.joined(found->mac);
        return;
    }
    log::warning("node{} could not join: {}", node, outcome.error().to_string());
    note_failure(node, outcome.error().to_string());
}

}  // namespace dolmen::daemon
