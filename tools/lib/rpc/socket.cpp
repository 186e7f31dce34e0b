// SPDX-License-Identifier: GPL-2.0-only
#include "rpc/socket.hpp"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cstring>

namespace dolmen::rpc {
namespace {

constexpr int kBacklog = 64;

Result<sockaddr_un> to_unix_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path))
        return fail_errno("socket path " + path, ENAMETOOLONG);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

Result<sockaddr_in> to_tcp_address(const std::string& text, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (::inet_pton(AF_INET, text.c_str(), &address.sin_addr) != 1)
        return fail_errno("IPv4 address \"" + text + "\"", EINVAL);
    return address;
}

template <class Address>
const sockaddr* generic(const Address& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

std::string to_text(const sockaddr_in& address) {
    char text[INET_ADDRSTRLEN] = {};
    if (address.sin_family == AF_INET)
        ::inet_ntop(AF_INET, &address.sin_addr, text, sizeof(text));
    return text;
}

Result<> set_option(int fd, int level, int option, int value) {
    if (::setsockopt(fd, level, option, &value, sizeof(value)) < 0)
        return fail_errno("set a socket option");
    return {};
}

Result<Fd> make_socket(int family, int flags) {
    Fd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
    if (!fd)
        return fail_errno("make a socket");
    return fd;
}

Result<sockaddr_in> own_address(int fd) {
    sockaddr_in address{};
    socklen_t length = sizeof(address);
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) < 0)
        return fail_errno("read the address of a socket");
    return address;
}

}  // namespace

Result<Fd> listen_unix(const std::string& path, mode_t mode) {
    const auto address = DOLMEN_TRY(to_unix_address(path));
    Fd fd = DOLMEN_TRY(make_socket(AF_UNIX, SOCK_NONBLOCK));
    ::unlink(path.c_str());
    if (::bind(fd.get(), generic(address), sizeof(address)) < 0)
        return fail_errno("make socket " + path);
    if (::chmod(path.c_str(), mode) < 0)
        return fail_errno("set the mode of " + path);
    if (::listen(fd.get(), kBacklog) < 0)
        return fail_errno("listen on " + path);
    return fd;
}

Result<Fd> connect_unix(const std::string& path) {
    const auto address = DOLMEN_TRY(to_unix_address(path));
    Fd fd = DOLMEN_TRY(make_socket(AF_UNIX, 0));
    if (::connect(fd.get(), generic(address), sizeof(address)) < 0)
        return fail_errno("connect to " + path);
    return fd;
}

Result<Fd> listen_tcp(const std::string& address, std::uint16_t port) {
    const auto where = DOLMEN_TRY(to_tcp_address(address, port));
    Fd fd = DOLMEN_TRY(make_socket(AF_INET, SOCK_NONBLOCK));
    DOLMEN_TRY(set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1));
    if (::bind(fd.get(), generic(where), sizeof(where)) < 0 || ::listen(fd.get(), kBacklog) < 0)
        return fail_errno(fmt::format("listen on {} port {}", address, port));
    return fd;
}

Result<Fd> connect_tcp(const std::string& address, std::uint16_t port,
                       std::chrono::milliseconds limit) {
    const auto where = DOLMEN_TRY(to_tcp_address(address, port));
    const std::string what = fmt::format("connect to {} port {}", address, port);
    Fd fd = DOLMEN_TRY(make_socket(AF_INET, SOCK_NONBLOCK));
    if (::connect(fd.get(), generic(where), sizeof(where)) < 0) {
        if (errno != EINPROGRESS)
            return fail_errno(what);
        if (!DOLMEN_TRY(wait_for(fd.get(), POLLOUT, static_cast<int>(limit.count()))))
            return fail_errno(what, ETIMEDOUT);
        int number = 0;
        socklen_t length = sizeof(number);
        if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &number, &length) < 0)
            return fail_errno(what);
        if (number != 0)
            return fail_errno(what, number);
    }
    DOLMEN_TRY(set_nonblocking(fd.get(), false));
    DOLMEN_TRY(set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1));
    return fd;
}

Result<Accepted> accept(int listener) {
    sockaddr_storage storage{};
    socklen_t length = sizeof(storage);
    Fd fd(::accept4(listener, reinterpret_cast<sockaddr*>(&storage), &length,
                    SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!fd)
        return fail_errno("accept a connection");
    if (storage.ss_family != AF_INET)
        return Accepted{std::move(fd), ""};
    DOLMEN_TRY(set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1));
    sockaddr_in address{};
    std::memcpy(&address, &storage, sizeof(address));
    return Accepted{std::move(fd), to_text(address)};
}

Result<uid_t> peer_user(int unix_socket) {
    ucred credentials{};
    socklen_t length = sizeof(credentials);
    if (::getsockopt(unix_socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) < 0)
        return fail_errno("read who is connected");
    return credentials.uid;
}

Result<std::string> local_address(int fd) {
    return to_text(DOLMEN_TRY(own_address(fd)));
}

Result<std::uint16_t> local_port(int fd) {
    return ntohs(DOLMEN_TRY(own_address(fd)).sin_port);
}

}  // namespace dolmen::rpc
