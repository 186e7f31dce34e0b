// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/head_facts.hpp"

#include "base/file.hpp"
#include "model/home_mounts.hpp"

#include <unistd.h>
#include <array>

namespace dolmen::daemon {

Result<HeadFacts> read_head_facts() {
    HeadFacts facts;
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) < 0)
        return fail_errno("read the host name");
    facts.hostname = name.data();
    const std::string mounts = DOLMEN_TRY(read_file("/proc/self/mountinfo"));
    // Without a table nothing but the root is shared.
    const std::string exports = read_file("/var/lib/nfs/etab").value_or("");
    facts.home_mounts = model::find_home_mounts(mounts, model::exported_paths(exports));
    for (const char* name_of_control : rpc::kSharedSysctls) {
        auto value = read_file(std::string("/proc/sys/") + name_of_control);
        if (!value)
            continue;
        while (value->ends_with('\n'))
            value->pop_back();
        facts.sysctls.emplace(name_of_control, std::move(*value));
    }
    return facts;
}

}  // namespace dolmen::daemon
