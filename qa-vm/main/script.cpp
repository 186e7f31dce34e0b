// SPDX-License-Identifier: GPL-2.0-only
#include "main/script.hpp"

#include <fmt/core.h>

#include "lib/remote_command.hpp"

namespace dolmen::qa {

Result<std::string> run_script(const ControlClient& cluster, const std::string& user,
                               const std::string& script, std::chrono::milliseconds limit) {
    Request request;
    request.user = user;
    request.argv = {"sh", "-c", script};
    const RemoteResult result = DOLMEN_TRY(run_remote(cluster, "head", request, limit));
    if (result.outcome.shell_status() != 0) {
        return fail_text(fmt::format("\"{}\": status {}\n{}{}{}", script,
                                     result.outcome.shell_status(), result.output, result.error,
                                     result.outcome.error));
    }
    return result.output;
}

}  // namespace dolmen::qa
