// SPDX-License-Identifier: GPL-2.0-only
// DatagramPort: a unix socket for single messages of other programs of this machine.
#pragma once

#include "base/loop.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace dolmen::daemon {

class DatagramPort {
  public:
    using OnMessage = std::function<void(std::string_view message)>;

    // An old socket file of that name is replaced. Root may send, and `group`, if there is
    // such a group (empty: none).
    static Result<std::unique_ptr<DatagramPort>> create(Loop& loop, const std::string& path,
                                                        const std::string& group,
                                                        OnMessage on_message);
    ~DatagramPort();
    DatagramPort(const DatagramPort&) = delete;
    DatagramPort& operator=(const DatagramPort&) = delete;

  private:
    DatagramPort(Loop& loop, Fd fd, OnMessage on_message)
        : loop_(loop), fd_(std::move(fd)), on_message_(std::move(on_message)) {}
    void receive();

    Loop& loop_;
    Fd fd_;
    OnMessage on_message_;
    Loop::Id watch_ = 0;
};

}  // namespace dolmen::daemon
