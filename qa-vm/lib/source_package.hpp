// SPDX-License-Identifier: GPL-2.0-only
// Source packages of Debian, fetched through a private apt root: the machine's own lists of
// sources, caches and packages stay as they are.
#pragma once

#include <base/result.hpp>
#include <string>
#include <vector>

namespace dolmen::qa {

/// "deb-src" lines for the Debian archives of `codename` in the output of
/// `apt-get indextargets` with kIndexFormat.
[[nodiscard]] std::string source_lines(const std::string& index_targets,
                                       const std::string& codename);
extern const char* const kIndexFormat;

/// Path of the upstream archive ("....orig.tar.*") of a source package; fetched once and then kept
/// in the user's cache.
Result<std::string> fetch_source(const std::string& package, const std::string& codename);

}  // namespace dolmen::qa
