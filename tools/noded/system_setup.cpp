// SPDX-License-Identifier: GPL-2.0-only
#include "noded/system_setup.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "rpc/join.hpp"

#include <unistd.h>

namespace dolmen::node {
namespace {

constexpr const char* kNfsIdentifier = "/sys/fs/nfs/net/nfs_client/identifier";

}  // namespace

Result<> set_identity(const std::string& node_name, const std::string& machine_id) {
    if (::sethostname(node_name.c_str(), node_name.size()) < 0)
        return fail_errno("set the host name");
    auto written = write_control(kNfsIdentifier, machine_id + "-" + node_name);
    if (!written)
        return fail(
            std::move(written.error()).hint("is the kernel's NFS client (module \"nfs\") there?"));
    return {};
}

Result<> set_limits(const std::map<std::string, std::string>& sysctls) {
    DOLMEN_TRY(write_control("/proc/sys/kernel/pid_max", kPidMax));
    for (const char* name : rpc::kSharedSysctls) {
        const auto wanted = sysctls.find(name);
        if (wanted == sysctls.end())
            continue;
        const auto written = write_control(std::string("/proc/sys/") + name, wanted->second);
        if (!written)
            log::warning("{}", written.error().to_string());
    }
    return {};
}

}  // namespace dolmen::node
