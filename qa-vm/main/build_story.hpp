// SPDX-License-Identifier: GPL-2.0-only
// The story that ./demo --story tells: a real project, compiled at home and then by the cluster.
#pragma once

#include "lib/control_client.hpp"

namespace dolmen::qa {

/// Tells it on standard output. Fails if a build fails, if the results differ, or if no compiler
/// ran on a node.
Result<> tell_build_story(const ControlClient& cluster, unsigned nodes);

}  // namespace dolmen::qa
