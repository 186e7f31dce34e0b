// SPDX-License-Identifier: GPL-2.0-only
// Fd: the one owner of a file descriptor, and the calls that make or use one.
#pragma once

#include "base/result.hpp"

#include <sys/types.h>
#include <cstddef>
#include <span>
#include <string>

namespace dolmen {

class Fd {
  public:
    Fd() = default;
    explicit Fd(int number) : number_(number) {}
    Fd(Fd&& other) noexcept : number_(other.release()) {}
    Fd& operator=(Fd&& other) noexcept {
        if (this != &other)
            reset(other.release());
        return *this;
    }
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd() { reset(); }

    int get() const { return number_; }
    bool valid() const { return number_ >= 0; }
    explicit operator bool() const { return valid(); }
    // Gives the number away; the caller closes it.
    int release() { return std::exchange(number_, -1); }
    void reset(int number = -1);

  private:
    int number_ = -1;
};

struct Pipe {
    Fd read;
    Fd write;
};

// All of these make close-on-exec descriptors.
Result<Fd> open_file(const std::string& path, int flags, mode_t mode = 0644);
Result<Pipe> make_pipe();
Result<Fd> duplicate(int fd);
Result<> set_nonblocking(int fd, bool on);

// Writes all of `bytes` to a blocking descriptor.
Result<> write_all(int fd, std::span<const std::byte> bytes);
Result<> write_all(int fd, const std::string& text);

// Waits for poll(2) `events`; false after `milliseconds` (-1: no limit).
Result<bool> wait_for(int fd, short events, int milliseconds);

}  // namespace dolmen
