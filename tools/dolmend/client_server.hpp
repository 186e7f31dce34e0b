// SPDX-License-Identifier: GPL-2.0-only
// ClientServer: the unix socket of the `dolmen` command, for what the kernel
// does not keep. Requests: {"type":"events","follow":bool}; answers: frames
// {"type":"event",...} and, unless following, {"type":"end"} at last.
#pragma once

#include "base/loop.hpp"
#include "dolmend/event_log.hpp"
#include "rpc/frame.hpp"

#include <map>
#include <memory>
#include <string>

namespace dolmen::daemon {

class ClientServer {
  public:
    // Anybody may connect: there is nothing but reading.
    static Result<std::unique_ptr<ClientServer>> create(Loop& loop, EventLog& log,
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

    ClientServer(Loop& loop, EventLog& log, Fd listener)
        : loop_(loop), log_(log), listener_(std::move(listener)) {}
    void accept();
    void serve(std::uint64_t id, std::uint32_t events);
    // False when the client is to be dropped; so are those below.
    bool answer(std::uint64_t id, const rpc::Json& request);
    bool read(std::uint64_t id);
    bool queue(Client& client, const rpc::Json& message);
    bool flush(Client& client);
    void drop(std::uint64_t id);

    Loop& loop_;
    EventLog& log_;
    Fd listener_;
    Loop::Id watch_ = 0;
    std::map<std::uint64_t, Client> clients_;
    std::uint64_t next_client_ = 1;
};

}  // namespace dolmen::daemon
