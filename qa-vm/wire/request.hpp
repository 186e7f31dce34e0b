// SPDX-License-Identifier: GPL-2.0-only
// What can be asked of an agent, and how it ends. Carried as JSON in kRequest and kExit frames.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "wire/frame.hpp"

namespace dolmen::qa {

enum class RequestKind {
    kRun,       // run a command; stdin, stdout and stderr are the stream's channels
    kPut,       // write stdin to a file, which appears whole or not at all
    kGet,       // read a file as stdout, preceded by a kReply with its mode
    kPowerOff,  // shut the machine down in order
};

struct Request {
    RequestKind kind = RequestKind::kRun;
    // kRun
    std::vector<std::string> argv;
    std::map<std::string, std::string> environment;  // added to the login environment of the user
    std::string directory;                           // empty: the user's home
    std::string user;                                // name or number; empty: root
    bool session = false;                            // count as a login, see agent/command.hpp
    bool terminal = false;                           // on a pseudo terminal of its own
    WindowSize window;
    // kPut, kGet
    std::string path;
    unsigned mode = 0644;  // kPut: permission bits of the new file
};

/// How a stream ended. Exactly one of the three is meant: an error of the agent itself, a death by
/// signal, or an exit status.
struct Outcome {
    int status = 0;  // 0..255
    int signal = 0;  // 0: none
    std::string error;

    /// As a shell would tell it: the status, 128 + signal, or 255 for an error of the agent.
    [[nodiscard]] int shell_status() const {
        return !error.empty() ? 255 : signal != 0 ? 128 + signal : status;
    }
};

[[nodiscard]] std::string to_json(const Request& request);
[[nodiscard]] std::optional<Request> request_from_json(const std::string& text);
[[nodiscard]] std::string to_json(const Outcome& outcome);
[[nodiscard]] Outcome outcome_from_json(const std::string& text);

}  // namespace dolmen::qa
