// SPDX-License-Identifier: GPL-2.0-only
#include "lib/remote_command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lib/input_feed.hpp"

namespace dolmen::qa {
namespace {

// Between two looks at an agent that says nothing while a file is copied.
constexpr std::chrono::milliseconds kTransferPatience{120000};

Result<> expect_success(const Outcome& outcome, const std::string& what) {
    return outcome.error.empty() ? Result<>{} : fail_text(what + ": " + outcome.error);
}

Result<> acknowledge(RemoteStream& stream, const Frame& frame) {
    if (frame.payload.empty()) {
        return {};
    }
    return stream.send(
        FrameType::kCredit,
        encode_credit({frame.type, static_cast<std::uint32_t>(frame.payload.size())}));
}

}  // namespace

Result<RemoteResult> run_remote(const ControlClient& cluster, const std::string& machine,
                                const Request& request, std::chrono::milliseconds limit,
                                const std::string& input) {
    const Deadline deadline = Deadline::after(limit);
    RemoteStream stream = DOLMEN_TRY(cluster.open(machine, request));
    InputFeed feed;
    feed.append(input);
    feed.end();
    RemoteResult result;
    while (true) {
        DOLMEN_TRY(feed.pump(stream));
        if (!DOLMEN_TRY(wait_for(stream.fd(), POLLIN, deadline.milliseconds_left()))) {
            return fail_errno(machine + ": " + (request.argv.empty() ? "" : request.argv[0]),
                              ETIMEDOUT);
        }
        for (const Frame& frame : DOLMEN_TRY(stream.receive())) {
            if (frame.type == FrameType::kExit) {
                result.outcome = outcome_from_json(frame.payload);
                return result;
            }
            if (frame.type == FrameType::kStdout || frame.type == FrameType::kStderr) {
                (frame.type == FrameType::kStdout ? result.output : result.error) += frame.payload;
                DOLMEN_TRY(acknowledge(stream, frame));
            }
            feed.on_frame(frame);
        }
    }
}

Result<> put_file(const ControlClient& cluster, const std::string& machine,
                  const std::string& local, const std::string& remote) {
    const Fd file = DOLMEN_TRY(open_file(local, O_RDONLY));
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) {
        return fail_errno(local);
    }
    Request request;
    request.kind = RequestKind::kPut;
    request.path = remote;
    request.mode = info.st_mode & 07777U;
    RemoteStream stream = DOLMEN_TRY(cluster.open(machine, request));
    InputFeed feed;
    std::string chunk(kChunkBytes, '\0');
    while (true) {
        while (feed.wants_more()) {
            const ssize_t got = ::read(file.get(), chunk.data(), chunk.size());
            if (got < 0) {
                return fail_errno(local);
            }
            if (got == 0) {
                feed.end();
                break;
            }
            feed.append(chunk.substr(0, static_cast<std::size_t>(got)));
            DOLMEN_TRY(feed.pump(stream));
        }
        DOLMEN_TRY(feed.pump(stream));
        if (!DOLMEN_TRY(
                wait_for(stream.fd(), POLLIN, static_cast<int>(kTransferPatience.count())))) {
            return fail_errno(machine + ":" + remote, ETIMEDOUT);
        }
        for (const Frame& frame : DOLMEN_TRY(stream.receive())) {
            if (frame.type == FrameType::kExit) {
                return expect_success(outcome_from_json(frame.payload), machine + ":" + remote);
            }
            feed.on_frame(frame);
        }
    }
}

Result<> get_file(const ControlClient& cluster, const std::string& machine,
                  const std::string& remote, const std::string& local) {
    Request request;
    request.kind = RequestKind::kGet;
    request.path = remote;
    RemoteStream stream = DOLMEN_TRY(cluster.open(machine, request));
    Fd file;
    while (true) {
        if (!DOLMEN_TRY(
                wait_for(stream.fd(), POLLIN, static_cast<int>(kTransferPatience.count())))) {
            return fail_errno(machine + ":" + remote, ETIMEDOUT);
        }
        for (const Frame& frame : DOLMEN_TRY(stream.receive())) {
            if (frame.type == FrameType::kReply) {
                const nlohmann::json json = nlohmann::json::parse(frame.payload, nullptr, false);
                const mode_t mode = json.is_object() ? json.value("mode", 0644U) : 0644U;
                file = DOLMEN_TRY(open_file(local, O_WRONLY | O_CREAT | O_TRUNC, mode));
            } else if (frame.type == FrameType::kStdout && file) {
                DOLMEN_TRY(write_all(file.get(), frame.payload));
                DOLMEN_TRY(acknowledge(stream, frame));
            } else if (frame.type == FrameType::kExit) {
                return expect_success(outcome_from_json(frame.payload), machine + ":" + remote);
            }
        }
    }
}

}  // namespace dolmen::qa
