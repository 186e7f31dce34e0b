// SPDX-License-Identifier: GPL-2.0-only
#include "cli/events_command.hpp"

#include "rpc/field.hpp"
#include "rpc/frame.hpp"
#include "rpc/socket.hpp"

#include <nlohmann/json.hpp>

namespace dolmen::cli {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kAnswer = 10s;

}  // namespace

Result<> read_events(const std::string& socket, bool follow,
                     const std::function<void(const nlohmann::json&)>& each) {
    auto connected = rpc::connect_unix(socket);
    if (!connected)
        return fail(std::move(connected.error()).hint("does dolmend run on this machine?"));
    const Fd fd = std::move(*connected);
    DOLMEN_TRY(rpc::send_frame(fd.get(), {{"type", "events"}, {"follow", follow}}, kAnswer));
    // The socket blocks: while following, an event may take days.
    rpc::FrameReader reader;
    for (;;) {
        const auto message = DOLMEN_TRY(reader.read(fd.get()));
        if (!message)
            continue;
        const std::string type = DOLMEN_TRY(rpc::text_field(*message, "type"));
        if (type == "end")
            return {};
        if (type != "event")
            return fail_errno("the answer of dolmend", EPROTO);
        each(*message);
    }
}

}  // namespace dolmen::cli
