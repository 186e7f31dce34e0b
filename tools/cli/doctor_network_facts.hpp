// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "cli/doctor.hpp"

namespace dolmen::cli {

// Fills in the cards of this machine and, if this is root, who serves their networks.
void find_cards_and_servers(Facts& facts);

}  // namespace dolmen::cli
