// SPDX-License-Identifier: GPL-2.0-only
// Process: a child program held by its pidfd. It is killed and reaped when its
// owner goes out of scope, unless detached.
#pragma once

#include "base/fd.hpp"

#include <sys/types.h>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace dolmen {

struct ExitStatus {
    int code = 0;    // exit code, when signal is 0
    int signal = 0;  // number of the signal that ended it
    bool success() const { return code == 0 && signal == 0; }
    // As a shell tells it: 128 + signal.
    int shell_code() const { return signal != 0 ? 128 + signal : code; }
    std::string to_string() const;
};

struct SpawnOptions {
    std::vector<std::string> environment;  // "NAME=value", added to or replacing the parent's
    std::string directory;                 // working directory, if not empty
    int input = -1;                        // descriptors for 0, 1, 2; -1: the parent's own
    int output = -1;
    int error = -1;
    int parent_death_signal = 0;  // sent to the child when the thread that made it ends
    bool new_session = false;
};

class Process {
  public:
    // argv[0] is looked up in PATH. Fails also if the program cannot be executed.
    static Result<Process> spawn(const std::vector<std::string>& argv,
                                 const SpawnOptions& options = {});

    Process(Process&& other) noexcept;
    Process& operator=(Process&& other) noexcept;
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process();

    pid_t pid() const { return pid_; }
    // Readable when the process has ended: for poll and Loop.
    int pidfd() const { return pidfd_.get(); }
    Result<> kill(int signal);
    Result<ExitStatus> wait();
    // nullopt: still running at the end of `limit`.
    Result<std::optional<ExitStatus>> wait_for(std::chrono::milliseconds limit);
    // It outlives this object; somebody else reaps it.
    void detach();

  private:
    Process(pid_t pid, Fd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}
    void end();

    pid_t pid_ = -1;
    Fd pidfd_;
};

struct CommandOutput {
    ExitStatus status;
    std::string output;  // standard output and standard error, at most 1 MiB
};

// Runs a program to its end (killed at the end of `limit`: ETIMEDOUT), with no input.
Result<CommandOutput> run_command(const std::vector<std::string>& argv,
                                  std::chrono::milliseconds limit);

}  // namespace dolmen
