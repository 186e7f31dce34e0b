// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/datagram_port.hpp"

#include <grp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <array>
#include <cstring>

namespace dolmen::daemon {
namespace {

// Taken in one go: a flood must not keep the loop from all else.
constexpr int kMostMessages = 64;

Result<> give_to_group(const std::string& path, const std::string& name) {
    const group* found = name.empty() ? nullptr : ::getgrnam(name.c_str());
    if (found != nullptr && ::chown(path.c_str(), 0, found->gr_gid) < 0)
        return fail_errno("give " + path + " to the group " + name);
    if (::chmod(path.c_str(), found != nullptr ? 0660 : 0600) < 0)
        return fail_errno("set the mode of " + path);
    return {};
}

}  // namespace

Result<std::unique_ptr<DatagramPort>> DatagramPort::create(Loop& loop, const std::string& path,
                                                           const std::string& group,
                                                           OnMessage on_message) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path))
        return fail_errno("socket path " + path, ENAMETOOLONG);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    Fd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd)
        return fail_errno("make a socket");
    ::unlink(path.c_str());
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) < 0)
        return fail_errno("make socket " + path);
    DOLMEN_TRY(give_to_group(path, group));
    std::unique_ptr<DatagramPort> port(
        new DatagramPort(loop, std::move(fd), std::move(on_message)));
    port->watch_ = DOLMEN_TRY(loop.watch(port->fd_.get(), EPOLLIN,
                                         [self = port.get()](std::uint32_t) { self->receive(); }));
    return port;
}

DatagramPort::~DatagramPort() {
    loop_.remove(watch_);
}

void DatagramPort::receive() {
    std::array<char, 8192> buffer{};
    for (int count = 0; count < kMostMessages; ++count) {
        const ssize_t length = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
        if (length < 0)
            return;
        on_message_({buffer.data(), static_cast<std::size_t>(length)});
    }
}

}  // namespace dolmen::daemon
