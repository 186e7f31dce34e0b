// SPDX-License-Identifier: GPL-2.0-only
// dolmen why: where a process runs, why there, and what keeps it.
#pragma once

#include "cli/show.hpp"
#include "kapi/kernel.hpp"

#include <string>

namespace dolmen::cli {

// `name` is that of the program.
std::string why_text(const dolmen_why& why, const std::string& name, const NodeNames& names);
Json why_json(const dolmen_why& why, const std::string& name, const NodeNames& names);

}  // namespace dolmen::cli
