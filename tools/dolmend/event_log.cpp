// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/event_log.hpp"

#include "base/clock.hpp"

namespace dolmen::daemon {

void EventLog::add(LoggedEvent event) {
    // A listener may take itself out while it is called.
    const auto listeners = listeners_;
    for (const auto& [id, listener] : listeners)
        listener(event);
    events_.push_back(std::move(event));
    if (events_.size() > kKept)
        events_.pop_front();
}

void EventLog::add_now(const std::string& kind, std::uint32_t node, const std::string& text) {
    add({static_cast<std::uint64_t>(clock_nanoseconds(CLOCK_REALTIME)), kind, node, 0, text});
}

std::uint64_t EventLog::listen(Listener listener) {
    listeners_.emplace(next_listener_, std::move(listener));
    return next_listener_++;
}

}  // namespace dolmen::daemon
