// SPDX-License-Identifier: GPL-2.0-only
// The pause between two looks at a state that is being waited for with a deadline.
#pragma once

#include <chrono>
#include <thread>

namespace dolmen::qa {

// Looking costs the machines time, so not too often.
inline constexpr std::chrono::milliseconds kLookInterval{250};

inline void pause_between_looks() {
    std::this_thread::sleep_for(kLookInterval);
}

}  // namespace dolmen::qa
