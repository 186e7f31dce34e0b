// SPDX-License-Identifier: GPL-2.0-only
// Qmp: the control channel of one QEMU.
#pragma once

#include <base/fd.hpp>
#include <string>

namespace dolmen::qa {

class Qmp {
  public:
    explicit Qmp(Fd socket) : socket_(std::move(socket)) {}

    /// Runs a command and waits for its answer, at most kQmpDeadline. `arguments` is a JSON object
    /// or empty. The answer is the JSON text of "return".
    Result<std::string> execute(const std::string& command, const std::string& arguments = "");

  private:
    Result<std::string> exchange(const std::string& line);
    Result<std::string> read_line();

    Fd socket_;
    std::string buffer_;
    bool negotiated_ = false;
};

}  // namespace dolmen::qa
