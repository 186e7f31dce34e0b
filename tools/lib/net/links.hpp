// SPDX-License-Identifier: GPL-2.0-only
// Network interfaces and their addresses by rtnetlink, IPv4.
#pragma once

#include "base/fd.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace dolmen::net {

struct NetworkLink {
    int index = 0;
    std::string name;
    std::string mac;  // "52:54:00:77:00:01", empty if it has none
    bool ethernet = false;
    bool loopback = false;
    bool up = false;       // switched on
    bool carrier = false;  // has a link partner
};

struct Address {
    std::string ip;  // dotted
    unsigned prefix = 24;
};

// "10.77.0.5/24". EINVAL
Result<Address> parse_address(const std::string& text);

class Netlink {
  public:
    static Result<Netlink> create();

    Result<std::vector<NetworkLink>> links();
    Result<> set_up(int link_index);
    // The same address again is no error.
    Result<> add_address(int link_index, const Address& address);
    // All that the link has.
    Result<> remove_addresses(int link_index);

  private:
    explicit Netlink(Fd fd) : fd_(std::move(fd)) {}
    // Sends and waits for the acknowledgement.
    Result<> request(void* message, const std::string& what);

    Fd fd_;
    std::uint32_t sequence_ = 1;
};

}  // namespace dolmen::net
