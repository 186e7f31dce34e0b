// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "base/result.hpp"

namespace dolmen::cli {

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

// "dolmen: what failed: why: what to do" on standard error; returns kFailed.
int report(const Error& error);

}  // namespace dolmen::cli
