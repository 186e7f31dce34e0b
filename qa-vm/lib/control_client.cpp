// SPDX-License-Identifier: GPL-2.0-only
#include "lib/control_client.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <nlohmann/json.hpp>

#include "lib/cluster_paths.hpp"

namespace dolmen::qa {

Result<> RemoteStream::send(FrameType type, const std::string& payload) {
    return write_all(socket_.get(), encode_frame({type, 0, payload}));
}

Result<std::vector<Frame>> RemoteStream::receive() {
    std::array<char, kChunkBytes> chunk{};
    const ssize_t got = ::read(socket_.get(), chunk.data(), chunk.size());
    if (got <= 0) {
        return got < 0 ? fail_errno("cluster") : fail_text("the cluster has gone");
    }
    decoder_.feed({chunk.data(), static_cast<std::size_t>(got)});
    std::vector<Frame> frames;
    while (auto frame = decoder_.next()) {
        frames.push_back(std::move(*frame));
    }
    return frames;
}

Result<Fd> ControlClient::connect() const {
    const std::string path = paths_of(cluster_).socket();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) {
        return fail_errno(path, ENAMETOOLONG);
    }
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address),
                             sizeof(address)) != 0) {
        const int number = errno;
        return fail(Error::system("cluster " + cluster_, number)
                        .hint("\"qa-vm up\" or \"qa-vm solo\" starts one"));
    }
    return socket;
}

Result<std::string> ControlClient::ask(const std::string& request) const {
    RemoteStream stream(DOLMEN_TRY(connect()));
    DOLMEN_TRY(stream.send(FrameType::kRequest, request));
    while (true) {
        for (const Frame& frame : DOLMEN_TRY(stream.receive())) {
            if (frame.type != FrameType::kReply) {
                continue;
            }
            const nlohmann::json json = nlohmann::json::parse(frame.payload, nullptr, false);
            if (json.is_object() && json.contains("error")) {
                return fail_text(json["error"].get<std::string>());
            }
            return frame.payload;
        }
    }
}

Result<std::string> ControlClient::status() const {
    return ask(R"({"do":"status"})");
}

Result<std::vector<MachineStatus>> ControlClient::machines() const {
    const std::string text = DOLMEN_TRY(status());
    std::vector<MachineStatus> machines;
    try {
        const nlohmann::json status = nlohmann::json::parse(text);
        for (const nlohmann::json& json : status.at("machines")) {
            MachineStatus machine;
            machine.name = json.at("name").get<std::string>();
            machine.state = json.at("state").get<std::string>();
            machine.why = json.at("why").get<std::string>();
            machine.console = json.at("console").get<std::string>();
            machine.starts = json.at("starts").get<unsigned>();
            machine.retries = json.at("retries").get<unsigned>();
            machine.reboots = json.at("reboots").get<unsigned>();
            machine.boots_again = json.at("boots_again").get<unsigned>();
            machine.boot = json.at("boot").get<std::string>();
            machine.nic = json.at("nic").get<std::string>();
            machine.number = json.at("number").get<unsigned>();
            machine.disk = json.at("disk").get<std::string>();
            machine.seconds_to_ready = json.at("seconds_to_ready").get<double>();
            machine.pid = json.at("pid").get<int>();
            machines.push_back(std::move(machine));
        }
    } catch (const nlohmann::json::exception& problem) {
        return fail_text(std::string("status of the cluster: ") + problem.what());
    }
    return machines;
}

Result<MachineStatus> ControlClient::machine(const std::string& name) const {
    for (MachineStatus& machine : DOLMEN_TRY(machines())) {
        if (machine.name == name) {
            return std::move(machine);
        }
    }
    return fail_text("there is no machine " + name);
}

std::string ControlClient::logs() const {
    return paths_of(cluster_).logs;
}

Result<> ControlClient::power(const std::string& machine, const std::string& action) const {
    DOLMEN_TRY(
        ask(nlohmann::json{{"do", "power"}, {"machine", machine}, {"action", action}}.dump()));
    return {};
}

Result<> ControlClient::link(const std::string& machine, bool up) const {
    DOLMEN_TRY(ask(nlohmann::json{{"do", "link"}, {"machine", machine}, {"up", up}}.dump()));
    return {};
}

Result<> ControlClient::pause(const std::string& machine, bool paused) const {
    DOLMEN_TRY(
        ask(nlohmann::json{{"do", "pause"}, {"machine", machine}, {"paused", paused}}.dump()));
    return {};
}

Result<std::string> ControlClient::screen(const std::string& machine) const {
    const std::string answer =
        DOLMEN_TRY(ask(nlohmann::json{{"do", "screen"}, {"machine", machine}}.dump()));
    return nlohmann::json::parse(answer, nullptr, false).value("text", "");
}

Result<> ControlClient::picture(const std::string& machine, const std::string& file) const {
    DOLMEN_TRY(ask(nlohmann::json{{"do", "picture"}, {"machine", machine}, {"file", file}}.dump()));
    return {};
}

Result<> ControlClient::press(const std::string& machine,
                              const std::vector<std::string>& keys) const {
    DOLMEN_TRY(ask(nlohmann::json{{"do", "key"}, {"machine", machine}, {"keys", keys}}.dump()));
    return {};
}

Result<std::string> ControlClient::start_dhcp(const std::string& network,
                                              const std::vector<std::string>& options) const {
    const std::string answer = DOLMEN_TRY(
        ask(nlohmann::json{{"do", "dhcp"}, {"network", network}, {"on", true}, {"options", options}}
                .dump()));
    return nlohmann::json::parse(answer, nullptr, false).value("log", "");
}

Result<> ControlClient::stop_dhcp(const std::string& network) const {
    DOLMEN_TRY(ask(nlohmann::json{{"do", "dhcp"}, {"network", network}, {"on", false}}.dump()));
    return {};
}

Result<> ControlClient::down() const {
    DOLMEN_TRY(ask(R"({"do":"down"})"));
    return {};
}

Result<RemoteStream> ControlClient::open(const std::string& machine, const Request& request) const {
    RemoteStream stream(DOLMEN_TRY(connect()));
    DOLMEN_TRY(stream.send(
        FrameType::kRequest,
        nlohmann::json{{"do", "open"}, {"machine", machine}, {"request", to_json(request)}}
            .dump()));
    return stream;
}

}  // namespace dolmen::qa
