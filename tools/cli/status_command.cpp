// SPDX-License-Identifier: GPL-2.0-only
#include "cli/status_command.hpp"

#include "rpc/field.hpp"
#include "rpc/frame.hpp"
#include "rpc/socket.hpp"

#include <nlohmann/json.hpp>

namespace dolmen::cli {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kAnswer = 10s;

}  // namespace

Result<nlohmann::json> read_status(const std::string& socket) {
    const Fd fd = DOLMEN_TRY(rpc::connect_unix(socket));
    DOLMEN_TRY(rpc::send_frame(fd.get(), {{"type", "status"}}, kAnswer));
    auto status = DOLMEN_TRY(rpc::receive_frame(fd.get(), kAnswer));
    if (DOLMEN_TRY(rpc::text_field(status, "type")) != "status")
        return fail_errno("the answer of dolmend", EPROTO);
    return status;
}

}  // namespace dolmen::cli
