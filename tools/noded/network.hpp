// SPDX-License-Identifier: GPL-2.0-only
// Network: the node's address on the cluster network. Every wired card is tried,
// without end; cards may come and go, and cables.
#pragma once

#include "noded/cards.hpp"
#include "noded/dhcp_client.hpp"
#include "noded/screen.hpp"

#include <optional>
#include <string>
#include <vector>

namespace dolmen::node {

struct NetworkOptions {
    std::optional<net::Address> address;  // nullopt: by DHCP
    std::string boot_mac;                 // of the card this machine booted from; may be empty
    std::string dhcp_script = "/usr/lib/dolmen/dhcp-event";
};

// Where this node stands in the network.
struct Place {
    std::string card;
    std::string mac;
    net::Address address;
    std::string server;  // that gave the address; empty: none
};

class Network {
  public:
    static Result<Network> create(NetworkOptions options, Screen& screen);

    // Until some card has a link and an address; says on the screen what it waits for.
    Result<Place> wait_for_place();
    // At most `limit`; nullopt: not yet.
    Result<std::optional<Place>> wait_for_place(std::chrono::milliseconds limit);
    // There is no head on this card's network: another one with a link comes next. With
    // only one card nothing changes.
    void look_elsewhere();
    // There is one: this card is as good as any again.
    void found_head();
    // Readable when something about the address has come; -1 if nothing can come.
    int fd() const { return client_ ? client_->fd() : -1; }
    // Takes that in. In words, why the place is not what it was; empty: it is.
    Result<std::string> check();
    // A head that has just started learns who has which address.
    void renew();

  private:
    Network(NetworkOptions options, Screen& screen, net::Netlink netlink)
        : options_(std::move(options)),
          screen_(screen),
          netlink_(std::move(netlink)),
          boot_card_until_(SteadyClock::now() + kBootCardAlone) {}

    // The other cards come into question after that.
    static constexpr std::chrono::seconds kBootCardAlone{5};

    Result<> look_at_cards();
    // The next card, if there is one; else says why not.
    Result<> begin();
    void say_why_none();
    // Whether there was any.
    Result<bool> take_news(std::chrono::milliseconds limit);
    Result<> take_all_news();
    Result<> take_address(const DhcpNews& news);
    // This card is given up for now; its address goes.
    void leave();
    void fail_card();
    Card* current();

    NetworkOptions options_;
    Screen& screen_;
    net::Netlink netlink_;
    SteadyClock::time_point boot_card_until_;
    std::vector<Card> cards_;
    int current_ = 0;  // index of the card that is tried or used; 0: none
    std::optional<DhcpClient> client_;
    std::optional<Place> place_;
};

}  // namespace dolmen::node
