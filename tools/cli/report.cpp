// SPDX-License-Identifier: GPL-2.0-only
#include "cli/report.hpp"

#include <fmt/core.h>
#include <cstdio>

namespace dolmen::cli {

int report(const Error& error) {
    fmt::print(stderr, "dolmen: {}\n", error.to_string());
    return kFailed;
}

}  // namespace dolmen::cli
