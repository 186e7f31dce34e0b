// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/client_server.hpp"

#include "base/log.hpp"
#include "rpc/field.hpp"
#include "rpc/socket.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <nlohmann/json.hpp>

namespace dolmen::daemon {
namespace {

constexpr std::size_t kMostClients = 256;
// Of a client that follows and does not read.
constexpr std::size_t kMostOutgoing = 4U << 20U;

rpc::Json to_json(const LoggedEvent& event) {
    return {{"type", "event"},     {"time_ns", std::to_string(event.time_ns)},
            {"event", event.kind}, {"node", event.node},
            {"pid", event.pid},    {"text", event.text}};
}

bool is_root(const Fd& client) {
    const auto user = rpc::peer_user(client.get());
    return user && *user == 0;
}

}  // namespace

Result<std::unique_ptr<ClientServer>> ClientServer::create(Loop& loop, EventLog& log,
                                                           Answers answers,
                                                           const std::string& socket_path) {
    Fd listener = DOLMEN_TRY(rpc::listen_unix(socket_path, 0666));
    std::unique_ptr<ClientServer> server(
        new ClientServer(loop, log, std::move(answers), std::move(listener)));
    server->watch_ =
        DOLMEN_TRY(loop.watch(server->listener_.get(), EPOLLIN,
                              [self = server.get()](std::uint32_t) { self->accept(); }));
    return server;
}

ClientServer::~ClientServer() {
    loop_.remove(watch_);
    while (!clients_.empty())
        drop(clients_.begin()->first);
}

void ClientServer::accept() {
    auto accepted = rpc::accept(listener_.get());
    if (!accepted || clients_.size() >= kMostClients)
        return;
    const std::uint64_t id = next_client_++;
    Client& client = clients_[id];
    client.fd = std::move(accepted->fd);
    const auto watch = loop_.watch(client.fd.get(), EPOLLIN,
                                   [this, id](std::uint32_t events) { serve(id, events); });
    if (watch)
        client.watch = *watch;
    else
        clients_.erase(id);
}

void ClientServer::drop(std::uint64_t id) {
    const auto found = clients_.find(id);
    if (found == clients_.end())
        return;
    loop_.remove(found->second.watch);
    log_.stop_listening(found->second.listener);
    clients_.erase(found);
}

void ClientServer::serve(std::uint64_t id, std::uint32_t events) {
    bool keep = (events & EPOLLERR) == 0;
    if (keep && (events & EPOLLOUT) != 0)
        keep = flush(clients_.at(id));
    if (keep && (events & (EPOLLIN | EPOLLHUP)) != 0)
        keep = read(id);
    if (!keep)
        drop(id);
}

bool ClientServer::read(std::uint64_t id) {
    Client& client = clients_.at(id);
    auto message = client.reader.read(client.fd.get());
    if (!message)
        return false;
    if (!message->has_value())
        return true;
    // One request a connection: whatever follows ends it.
    if (client.listener != 0 || client.ending)
        return false;
    return answer(id, **message);
}

bool ClientServer::answer(std::uint64_t id, const rpc::Json& request) {
    const auto type = rpc::text_field(request, "type");
    if (type && *type == "events")
        return answer_events(id, request);
    if (type && *type == "status")
        return answer_status(clients_.at(id));
    if (type && *type == "lan-key")
        return answer_key(clients_.at(id), request);
    if (type && *type == "drain")
        return answer_drain(clients_.at(id), request);
    return end(clients_.at(id), {{"type", "error"}, {"text", "unknown request"}});
}

bool ClientServer::answer_status(Client& client) {
    return queue(client, answers_.status()) && end(client, {{"type", "end"}});
}

bool ClientServer::answer_key(Client& client, const rpc::Json& request) {
    const auto key = rpc::text_field(request, "key", 1);
    if (!is_root(client.fd))
        return answer_outcome(client, fail_errno("press a key of the head", EPERM));
    if (!key || key->empty())
        return answer_outcome(client, fail_errno("a key is one character", EINVAL));
    return answer_outcome(client, answers_.press(key->front()));
}

bool ClientServer::answer_drain(Client& client, const rpc::Json& request) {
    const auto node = request.find("node");
    const auto on = request.find("on");
    if (!is_root(client.fd))
        return answer_outcome(client, fail_errno("drain a node", EPERM));
    if (node == request.end() || !node->is_number_unsigned() || *node > UINT32_MAX ||
        on == request.end() || !on->is_boolean())
        return answer_outcome(client, fail_errno("drain: want the number of a node", EINVAL));
    return answer_outcome(client, answers_.drain(node->get<std::uint32_t>(), on->get<bool>()));
}

bool ClientServer::answer_outcome(Client& client, const Result<>& outcome) {
    if (outcome)
        return end(client, {{"type", "done"}});
    return end(client, {{"type", "error"}, {"text", outcome.error().to_string()}});
}

bool ClientServer::answer_events(std::uint64_t id, const rpc::Json& request) {
    Client& client = clients_.at(id);
    for (const LoggedEvent& event : log_.events())
        if (!queue(client, to_json(event)))
            return false;
    const auto follow = request.find("follow");
    if (follow == request.end() || !follow->is_boolean() || !follow->get<bool>())
        return end(client, {{"type", "end"}});
    client.listener = log_.listen([this, id](const LoggedEvent& event) {
        const auto found = clients_.find(id);
        if (found != clients_.end() && !queue(found->second, to_json(event)))
            drop(id);
    });
    return true;
}

bool ClientServer::end(Client& client, const rpc::Json& message) {
    client.ending = true;
    return queue(client, message);
}

bool ClientServer::queue(Client& client, const rpc::Json& message) {
    auto frame = rpc::encode(message);
    if (!frame || client.outgoing.size() + frame->size() > kMostOutgoing)
        return false;
    const bool was_empty = client.outgoing.empty();
    client.outgoing += *frame;
    return !was_empty || flush(client);
}

bool ClientServer::flush(Client& client) {
    while (!client.outgoing.empty()) {
        const ssize_t done =
            ::send(client.fd.get(), client.outgoing.data(), client.outgoing.size(), MSG_NOSIGNAL);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0 && errno != EAGAIN)
            return false;
        if (done < 0)
            break;
        client.outgoing.erase(0, static_cast<std::size_t>(done));
    }
    if (client.outgoing.empty() && client.ending)
        return false;
    const std::uint32_t wanted = client.outgoing.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT;
    return loop_.change(client.watch, wanted).has_value();
}

}  // namespace dolmen::daemon
