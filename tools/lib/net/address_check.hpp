// SPDX-License-Identifier: GPL-2.0-only
// AddressCheck: which of some IPv4 addresses others have on a card, as arping(8)
// finds it by duplicate address detection, one program for each address.
// Needs CAP_NET_RAW.
#pragma once

#include "base/ipv4.hpp"
#include "base/loop.hpp"
#include "base/process.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace dolmen::net {

class AddressCheck {
  public:
    // Those of the addresses that others have, in the order they were given. The
    // error: one could not be asked for, nothing is known. It may destroy the check.
    using OnDone = std::function<void(Result<std::vector<Ipv4>>)>;

    // The card must be switched on and have a link; it needs no address. `done` is
    // called on the loop after about a second, once, and not from here.
    static Result<std::unique_ptr<AddressCheck>> start(Loop& loop, const std::string& interface,
                                                       const std::vector<Ipv4>& addresses,
                                                       OnDone done);
    // Ends it early; `done` is not called then.
    ~AddressCheck();
    AddressCheck(const AddressCheck&) = delete;
    AddressCheck& operator=(const AddressCheck&) = delete;

  private:
    struct Question {
        Ipv4 address;
        Process arping;
        Loop::Id watch = 0;
        bool taken = false;
    };

    AddressCheck(Loop& loop, OnDone done) : loop_(loop), done_(std::move(done)) {}
    Result<> ask(const std::string& interface, Ipv4 address);
    void hear(Question& question);
    void finish(Result<> outcome);
    void stop();

    Loop& loop_;
    OnDone done_;
    std::vector<std::unique_ptr<Question>> questions_;
    std::size_t open_ = 0;
};

}  // namespace dolmen::net
