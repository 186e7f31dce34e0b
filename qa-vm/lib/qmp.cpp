// SPDX-License-Identifier: GPL-2.0-only
#include "lib/qmp.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <base/clock.hpp>
#include <nlohmann/json.hpp>

namespace dolmen::qa {
namespace {

// QEMU answers in milliseconds unless the host is out of breath.
constexpr std::chrono::milliseconds kQmpDeadline{5000};

}  // namespace

Result<std::string> Qmp::execute(const std::string& command, const std::string& arguments) {
    if (!negotiated_) {
        DOLMEN_TRY(exchange(R"({"execute":"qmp_capabilities"})"));
        negotiated_ = true;
    }
    std::string line = R"({"execute":")" + command + "\"";
    if (!arguments.empty()) {
        line += R"(,"arguments":)" + arguments;
    }
    return exchange(line + "}");
}

Result<std::string> Qmp::exchange(const std::string& line) {
    DOLMEN_TRY(write_all(socket_.get(), line + "\n"));
    while (true) {
        const std::string answer = DOLMEN_TRY(read_line());
        const nlohmann::json json = nlohmann::json::parse(answer, nullptr, false);
        if (json.is_discarded() || !json.is_object()) {
            return fail_text("QMP: unreadable line: " + answer);
        }
        if (json.contains("error")) {
            return fail_text("QMP: " + json["error"].value("desc", "error without words"));
        }
        if (json.contains("return")) {
            return json["return"].dump();
        }
        // The greeting or an event: not for us.
    }
}

Result<std::string> Qmp::read_line() {
    const Deadline deadline = Deadline::after(kQmpDeadline);
    while (true) {
        if (const std::size_t end = buffer_.find('\n'); end != std::string::npos) {
            std::string line = buffer_.substr(0, end);
            buffer_.erase(0, end + 1);
            return line;
        }
        if (!DOLMEN_TRY(wait_for(socket_.get(), POLLIN, deadline.milliseconds_left()))) {
            return fail_errno("QMP", ETIMEDOUT);
        }
        std::array<char, 4096> chunk{};
        const ssize_t got = ::read(socket_.get(), chunk.data(), chunk.size());
        if (got <= 0) {
            return got < 0 ? fail_errno("QMP") : fail_text("QMP: QEMU has gone");
        }
        buffer_.append(chunk.data(), static_cast<std::size_t>(got));
    }
}

}  // namespace dolmen::qa
