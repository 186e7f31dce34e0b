// SPDX-License-Identifier: GPL-2.0-only
// Qmp: the control channel of one QEMU.
#pragma once

#include <base/fd.hpp>
#include <string>
#include <vector>

namespace dolmen::qa {

class Qmp {
  public:
    explicit Qmp(Fd socket) : socket_(std::move(socket)) {}

    /// Asks QEMU for its events; does not wait until it has started.
    Result<> begin();
    /// Runs a command and waits for its answer, at most kQmpDeadline. `arguments` is a JSON object
    /// or empty. The answer is the JSON text of "return".
    Result<std::string> execute(const std::string& command, const std::string& arguments = "");
    /// A command of QEMU's monitor for people; what it prints.
    Result<std::string> monitor(const std::string& command);
    /// Readable when there may be events.
    [[nodiscard]] int fd() const { return socket_.get(); }
    /// Events that have come since the last call, each as its JSON text; does not wait. Fails when
    /// QEMU has gone.
    Result<std::vector<std::string>> take_events();

  private:
    Result<std::string> read_line();
    Result<> read_some();
    bool next_line(std::string& line);

    Fd socket_;
    std::string buffer_;
    std::vector<std::string> events_;  // came while an answer was waited for
    unsigned commands_ = 0;            // so many have been sent; each has its number
};

}  // namespace dolmen::qa
