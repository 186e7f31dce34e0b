// SPDX-License-Identifier: GPL-2.0-only
// ClientServer: the unix socket of the `dolmen` command, for what the kernel
// does not keep. Requests, and the frames that answer them:
//   {"type":"events","follow":bool}   {"type":"event",...} and, unless following,
//                                     {"type":"end"} at last
//   {"type":"status"}                 {"type":"status",...} (status.hpp), {"type":"end"}
//   {"type":"lan-key","key":"p"}      {"type":"done"}; from root only
//   {"type":"drain","node":2,"on":true}   {"type":"done"}; from root only
// What can not be done is answered by {"type":"error","text":"..."}.
#pragma once

#include "base/loop.hpp"
#include "dolmend/event_log.hpp"
#include "rpc/frame.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace dolmen::daemon {

class ClientServer {
  public:
    // What the daemon does for a client.
    struct Answers {
        std::function<rpc::Json()> status;
        std::function<Result<>(char key)> press;
        std::function<Result<>(std::uint32_t node, bool on)> drain;
    };

    // Anybody may connect and read.
    static Result<std::unique_ptr<ClientServer>> create(Loop& loop, EventLog& log, Answers answers,
                                                        const std::string& socket_path);
    ~ClientServer();
    ClientServer(const ClientServer&) = delete;
    ClientServer& operator=(const ClientServer&) = delete;

  private:
    struct Client {
        Fd fd;
        rpc::FrameReader reader{4096};
        std::string outgoing;
        Loop::Id watch = 0;
        std::uint64_t listener = 0;  // 0: does not follow
        bool ending = false;         // closed when outgoing is empty
    };

    ClientServer(Loop& loop, EventLog& log, Answers answers, Fd listener)
        : loop_(loop), log_(log), answers_(std::move(answers)), listener_(std::move(listener)) {}
    void accept();
    void serve(std::uint64_t id, std::uint32_t events);
    // False when the client is to be dropped; so are those below.
    bool answer(std::uint64_t id, const rpc::Json& request);
    bool answer_events(std::uint64_t id, const rpc::Json& request);
    bool answer_status(Client& client);
    bool answer_key(Client& client, const rpc::Json& request);
    bool answer_drain(Client& client, const rpc::Json& request);
    bool answer_outcome(Client& client, const Result<>& outcome);
    // The last word to this client.
    bool end(Client& client, const rpc::Json& message);
    bool read(std::uint64_t id);
    bool queue(Client& client, const rpc::Json& message);
    bool flush(Client& client);
    void drop(std::uint64_t id);

    Loop& loop_;
    EventLog& log_;
    Answers answers_;
    Fd listener_;
    Loop::Id watch_ = 0;
    std::map<std::uint64_t, Client> clients_;
    std::uint64_t next_client_ = 1;
};

}  // namespace dolmen::daemon
