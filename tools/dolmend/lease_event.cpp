// SPDX-License-Identifier: GPL-2.0-only
// lease-event: called by dnsmasq for each lease and each file that it has sent. It hands
// on what it is told and is gone: dnsmasq waits for it. Links nothing that starts slowly.
#include "dolmend/lease_message.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cstdlib>
#include <cstring>

int main(int argc, char** argv) {
    using namespace dolmen::daemon;
    LeaseCall call;
    call.arguments.assign(argv + 1, argv + argc);
    if (const char* vendor_class = std::getenv("DNSMASQ_VENDOR_CLASS"))
        call.vendor_class = vendor_class;
    const std::string message = encode(call);
    // For tests.
    const char* path = std::getenv("DOLMEN_LEASE_SOCKET");
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path != nullptr ? path : kLeaseSocket,
                 sizeof(address.sun_path) - 1);
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    // A daemon that is away, or behind, will do without it; dnsmasq goes on anyway.
    const bool sent =
        socket >= 0 && ::sendto(socket, message.data(), message.size(), 0,
                                reinterpret_cast<const sockaddr*>(&address), sizeof(address)) >= 0;
    return sent ? EXIT_SUCCESS : EXIT_FAILURE;
}
