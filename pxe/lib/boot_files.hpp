// SPDX-License-Identifier: GPL-2.0-only
// Files that machines load while we change them: each name has the old content or
// the new one, never a part.
#pragma once

#include "base/result.hpp"

#include <set>
#include <string>

namespace dolmen::pxe {

// ENOENT and others, EINVAL if it is no regular file.
Result<> check_source(const std::string& source);

// Makes `target` the same as `source` if it is not: as a hard link where that is
// possible and everybody may read it, else as a copy; on disk when this returns.
Result<> place_file(const std::string& source, const std::string& target);

// Both must be there.
Result<bool> same_content(const std::string& left, const std::string& right);

// Removes the subdirectories of `directory` that are builds and not in `keep`. What
// is not named as a build is not ours. An absent `directory` has none.
Result<> remove_builds(const std::string& directory, const std::set<std::string>& keep);

// The names in it are on disk when this returns.
Result<> sync_directory(const std::string& directory);

}  // namespace dolmen::pxe
