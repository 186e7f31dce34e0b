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
constexpr std::chrono::milliseconds kQmpDeadline{10000};
// Before it any other command is refused; its answer is of no interest.
constexpr const char* kNegotiation = "{\"execute\":\"qmp_capabilities\"}\n";

bool is_event(const nlohmann::json& json) {
    return json.is_object() && json.contains("event");
}

}  // namespace

Result<> Qmp::begin() {
    if (commands_ == 0) {
        ++commands_;
        DOLMEN_TRY(write_all(socket_.get(), std::string(kNegotiation)));
    }
    return {};
}

Result<std::string> Qmp::execute(const std::string& command, const std::string& arguments) {
    DOLMEN_TRY(begin());
    const unsigned number = ++commands_;
    std::string line = R"({"execute":")" + command + R"(","id":)" + std::to_string(number);
    if (!arguments.empty()) {
        line += R"(,"arguments":)" + arguments;
    }
    DOLMEN_TRY(write_all(socket_.get(), line + "}\n"));
    while (true) {
        const std::string answer = DOLMEN_TRY(read_line());
        const nlohmann::json json = nlohmann::json::parse(answer, nullptr, false);
        if (json.is_discarded() || !json.is_object()) {
            return fail_text("QMP: unreadable line: " + answer);
        }
        if (is_event(json)) {
            events_.push_back(answer);
        }
        if (json.value("id", 0U) != number) {
            continue;  // the greeting, an event, the answer to the negotiation
        }
        if (json.contains("error")) {
            return fail_text("QMP: " + json["error"].value("desc", "error without words"));
        }
        return json.value("return", nlohmann::json()).dump();
    }
}

Result<std::string> Qmp::monitor(const std::string& command) {
    const std::string answer = DOLMEN_TRY(
        execute("human-monitor-command", nlohmann::json{{"command-line", command}}.dump()));
    const nlohmann::json json = nlohmann::json::parse(answer, nullptr, false);
    return json.is_string() ? Result<std::string>(json.get<std::string>())
                            : fail_text("QMP: no text: " + answer);
}

Result<std::vector<std::string>> Qmp::take_events() {
    while (DOLMEN_TRY(wait_for(socket_.get(), POLLIN, 0))) {
        DOLMEN_TRY(read_some());
    }
    std::vector<std::string> events = std::exchange(events_, {});
    std::string line;
    while (next_line(line)) {
        if (is_event(nlohmann::json::parse(line, nullptr, false))) {
            events.push_back(line);
        }
    }
    return events;
}

bool Qmp::next_line(std::string& line) {
    const std::size_t end = buffer_.find('\n');
    if (end == std::string::npos) {
        return false;
    }
    line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    return true;
}

Result<> Qmp::read_some() {
    std::array<char, 4096> chunk{};
    const ssize_t got = ::read(socket_.get(), chunk.data(), chunk.size());
    if (got <= 0) {
        return got < 0 ? fail_errno("QMP") : fail_text("QMP: QEMU has gone");
    }
    buffer_.append(chunk.data(), static_cast<std::size_t>(got));
    return {};
}

Result<std::string> Qmp::read_line() {
    const Deadline deadline = Deadline::after(kQmpDeadline);
    std::string line;
    while (!next_line(line)) {
        if (!DOLMEN_TRY(wait_for(socket_.get(), POLLIN, deadline.milliseconds_left()))) {
            return fail_errno("QMP", ETIMEDOUT);
        }
        DOLMEN_TRY(read_some());
    }
    return line;
}

}  // namespace dolmen::qa
