// SPDX-License-Identifier: GPL-2.0-only
// Stream sockets, unix and TCP over IPv4.
#pragma once

#include "base/fd.hpp"

#include <sys/types.h>
#include <chrono>
#include <cstdint>
#include <string>

namespace dolmen::rpc {

struct Accepted {
    Fd fd;                // non-blocking
    std::string address;  // IPv4 of the peer; empty for unix sockets
};

// A listening unix socket; an old socket file of that name is replaced.
Result<Fd> listen_unix(const std::string& path, mode_t mode);
Result<Fd> connect_unix(const std::string& path);

// Listening sockets are non-blocking. `address`: dotted IPv4.
Result<Fd> listen_tcp(const std::string& address, std::uint16_t port);
Result<Fd> connect_tcp(const std::string& address, std::uint16_t port,
                       std::chrono::milliseconds limit);

Result<Accepted> accept(int listener);
Result<uid_t> peer_user(int unix_socket);
// IPv4 of this end of a connected socket.
Result<std::string> local_address(int fd);
// Port of this end (for a listener that was given port 0).
Result<std::uint16_t> local_port(int fd);

}  // namespace dolmen::rpc
