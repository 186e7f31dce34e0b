// SPDX-License-Identifier: GPL-2.0-only
#include "agent/server.hpp"

#include <sys/reboot.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <base/clock.hpp>
#include <base/log.hpp>
#include <base/process.hpp>
#include <nlohmann/json.hpp>
#include <utility>

#include "agent/command.hpp"
#include "agent/transfer.hpp"

namespace dolmen::qa {
namespace {

// Lets the answer to the request reach the harness before the machine is gone.
constexpr std::chrono::milliseconds kPowerOffDelay{200};

double uptime_seconds() {
    return static_cast<double>(clock_nanoseconds(CLOCK_BOOTTIME)) / 1e9;
}

}  // namespace

Server::Server(Loop& loop, Fd port)
    : loop_(loop), port_(loop, std::move(port), [this](const Frame& frame) { on_frame(frame); }) {
    say_hello();
}

void Server::say_hello() {
    utsname names{};
    ::uname(&names);
    port_.send({FrameType::kHello, 0,
                nlohmann::json{{"uptime", uptime_seconds()}, {"release", names.release}}.dump()});
}

void Server::on_frame(const Frame& frame) {
    if (frame.type == FrameType::kRequest) {
        open_stream(frame);
    } else if (const auto stream = streams_.find(frame.stream);
               stream != streams_.end() && stream->second) {
        stream->second->on_frame(frame);
    }
}

void Server::open_stream(const Frame& frame) {
    const std::uint32_t id = frame.stream;
    const std::optional<Request> request = request_from_json(frame.payload);
    if (!request || streams_.contains(id)) {
        port_.send({FrameType::kExit, id, to_json(Outcome{0, 0, "the agent refuses the request"})});
        return;
    }
    StreamContext context{
        loop_,
        [this, id](FrameType type, std::string payload) {
            port_.send({type, id, std::move(payload)});
        },
        [this, id](const Outcome& outcome) { finish(id, outcome); },
    };
    streams_[id] = nullptr;  // its constructor may already finish it
    std::unique_ptr<Stream> stream;
    switch (request->kind) {
        case RequestKind::kRun:
            stream = std::make_unique<Command>(std::move(context), *request);
            break;
        case RequestKind::kPut:
            stream = std::make_unique<PutFile>(std::move(context), *request);
            break;
        case RequestKind::kGet:
            stream = std::make_unique<GetFile>(std::move(context), *request);
            break;
        case RequestKind::kPowerOff:
            power_off();
            finish(id, Outcome{});
            break;
    }
    if (const auto place = streams_.find(id); place != streams_.end()) {
        place->second = std::move(stream);
    }
}

void Server::finish(std::uint32_t stream, const Outcome& outcome) {
    const auto place = streams_.find(stream);
    if (place == streams_.end()) {
        return;
    }
    port_.send({FrameType::kExit, stream, to_json(outcome)});
    // The caller is one of its member functions: it has to return before the object goes.
    std::shared_ptr<Stream> ended(std::move(place->second));
    streams_.erase(place);
    loop_.after(std::chrono::milliseconds(0), [ended] {});
}

void Server::power_off() {
    if (::access("/run/systemd/system", F_OK) == 0) {
        if (auto stopping = Process::spawn({"systemctl", "--no-block", "poweroff"})) {
            stopping->detach();
            return;
        }
        log::warning("systemctl poweroff cannot be started");
    }
    loop_.after(kPowerOffDelay, [] {
        ::sync();
        ::reboot(RB_POWER_OFF);
    });
}

}  // namespace dolmen::qa
