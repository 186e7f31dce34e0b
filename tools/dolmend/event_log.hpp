// SPDX-License-Identifier: GPL-2.0-only
// EventLog: the last things that happened to the cluster, for `dolmen events`.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>

namespace dolmen::daemon {

struct LoggedEvent {
    std::uint64_t time_ns = 0;  // CLOCK_REALTIME
    std::string kind;           // "node-up", "node-dead", "join-refused"...
    std::uint32_t node = 0;     // 0: none, or the head
    std::uint32_t pid = 0;      // 0: none
    std::string text;
};

class EventLog {
  public:
    static constexpr std::size_t kKept = 2000;
    using Listener = std::function<void(const LoggedEvent&)>;

    void add(LoggedEvent event);
    // With the time of now.
    void add_now(const std::string& kind, std::uint32_t node, const std::string& text);
    const std::deque<LoggedEvent>& events() const { return events_; }

    std::uint64_t listen(Listener listener);
    void stop_listening(std::uint64_t id) { listeners_.erase(id); }

  private:
    std::deque<LoggedEvent> events_;
    std::map<std::uint64_t, Listener> listeners_;
    std::uint64_t next_listener_ = 1;
};

}  // namespace dolmen::daemon
