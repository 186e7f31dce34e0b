// SPDX-License-Identifier: GPL-2.0-only
#include "base/fd.hpp"

#include "base/clock.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

namespace dolmen {

void Fd::reset(int number) {
    // Not retried on EINTR: Linux has released the number by then.
    if (number_ >= 0)
        ::close(number_);
    number_ = number;
}

Result<Fd> open_file(const std::string& path, int flags, mode_t mode) {
    Fd fd(::open(path.c_str(), flags | O_CLOEXEC, mode));
    if (!fd)
        return fail_errno("open " + path);
    return fd;
}

Result<Pipe> make_pipe() {
    int numbers[2];
    if (::pipe2(numbers, O_CLOEXEC) < 0)
        return fail_errno("make a pipe");
    return Pipe{Fd(numbers[0]), Fd(numbers[1])};
}

Result<Fd> duplicate(int fd) {
    Fd copy(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
    if (!copy)
        return fail_errno(fmt::format("duplicate descriptor {}", fd));
    return copy;
}

Result<> set_nonblocking(int fd, bool on) {
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0)
        return fail_errno("read descriptor flags");
    const int wanted = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
    if (::fcntl(fd, F_SETFL, wanted) < 0)
        return fail_errno("set descriptor flags");
    return {};
}

Result<> write_all(int fd, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t done = ::write(fd, bytes.data(), bytes.size());
        if (done < 0) {
            if (errno == EINTR)
                continue;
            return fail_errno("write");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(done));
    }
    return {};
}

Result<> write_all(int fd, const std::string& text) {
    return write_all(fd, std::as_bytes(std::span(text.data(), text.size())));
}

Result<bool> wait_for(int fd, short events, int milliseconds) {
    const auto deadline = Deadline::after(std::chrono::milliseconds(milliseconds));
    for (;;) {
        pollfd entry{fd, events, 0};
        const int timeout = milliseconds < 0 ? -1 : deadline.milliseconds_left();
        const int count = ::poll(&entry, 1, timeout);
        if (count > 0)
            return true;
        if (count == 0)
            return false;
        if (errno != EINTR)
            return fail_errno("poll");
    }
}

}  // namespace dolmen
