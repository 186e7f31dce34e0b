// SPDX-License-Identifier: GPL-2.0-only
// EventSocket: the multicast events of the kernel modules.
#pragma once

#include "base/fd.hpp"

#include <uapi/dolmen.h>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace dolmen::kapi {

struct Event {
    std::uint32_t kind = 0;  // enum dolmen_event, or one of a newer kernel
    std::uint32_t node = 0;
    std::uint32_t pid = 0;  // 0: none
    std::string text;
    std::uint64_t time_ns = 0;  // CLOCK_REALTIME
};

const char* event_text(std::uint32_t kind);

// The events in one datagram of family `family`; others in it are left out.
std::vector<Event> parse_events(std::span<const char> datagram, std::uint16_t family);

class EventSocket {
  public:
    // ENOENT: the module is not loaded.
    static Result<EventSocket> create();

    int fd() const { return fd_.get(); }
    // What is there now, without waiting. ENOBUFS: events were lost.
    Result<std::vector<Event>> read();

  private:
    EventSocket(Fd fd, std::uint16_t family) : fd_(std::move(fd)), family_(family) {}

    Fd fd_;
    std::uint16_t family_;
};

}  // namespace dolmen::kapi
