// SPDX-License-Identifier: GPL-2.0-only
// DhcpClient: busybox's udhcpc on one card, which asks, then renews the lease as long
// as this object lives. Putting the address on the card is the owner's work.
#pragma once

#include "base/process.hpp"
#include "noded/dhcp_news.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace dolmen::node {

class DhcpClient {
  public:
    // `script`: appliance-config/initramfs/node/dhcp-event.
    static Result<DhcpClient> start(const std::string& card, const std::string& script);

    // Readable when there is news.
    int fd() const { return news_.get(); }
    // nullopt: none within `limit`. When udhcpc has ended it is kSilent for ever.
    Result<std::optional<DhcpNews>> next(std::chrono::milliseconds limit);
    // Asks the server to go on with the lease, so that a new one learns of it.
    Result<> renew();

  private:
    DhcpClient(Process process, Fd news) : process_(std::move(process)), news_(std::move(news)) {}

    Process process_;
    Fd news_;
    std::string unread_;
};

}  // namespace dolmen::node
