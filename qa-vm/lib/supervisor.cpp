// SPDX-License-Identifier: GPL-2.0-only
#include "lib/supervisor.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "lib/caller.hpp"

namespace dolmen::qa {
namespace {

constexpr int kBacklog = 64;
// Lets the answer to "down" reach its caller.
constexpr std::chrono::milliseconds kLeaveDelay{50};

}  // namespace

Supervisor::Supervisor(Loop& loop, const Lans& lans, Journal& journal, ClusterPaths paths)
    : loop_(loop), lans_(lans), journal_(journal), paths_(std::move(paths)) {}

Supervisor::~Supervisor() {
    loop_.remove(listener_watch_);
    callers_.clear();
    ::unlink(paths_.socket().c_str());
}

Result<> Supervisor::start(const std::vector<MachineSpec>& machines) {
    DOLMEN_TRY(listen());
    for (const MachineSpec& spec : machines) {
        auto machine = std::make_unique<Machine>(loop_, lans_, journal_, spec, paths_.logs);
        if (spec.starts_on) {
            DOLMEN_TRY(machine->start());
        }
        machines_[spec.name] = std::move(machine);
    }
    return {};
}

Result<> Supervisor::listen() {
    const std::string path = paths_.socket();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) {
        return fail_errno(path, ENAMETOOLONG);
    }
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    ::unlink(path.c_str());
    listener_ = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!listener_ ||
        ::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) !=
            0 ||
        ::listen(listener_.get(), kBacklog) != 0) {
        return fail_errno(path);
    }
    listener_watch_ =
        DOLMEN_TRY(loop_.watch(listener_.get(), EPOLLIN, [this](std::uint32_t) { accept(); }));
    return {};
}

void Supervisor::accept() {
    Fd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (socket) {
        auto caller = std::make_shared<Caller>(loop_, *this, std::move(socket));
        callers_[caller.get()] = std::move(caller);
    }
}

Machine* Supervisor::find(const std::string& machine) {
    const auto place = machines_.find(machine);
    return place == machines_.end() ? nullptr : place->second.get();
}

void Supervisor::forget(Caller* caller) {
    const auto place = callers_.find(caller);
    if (place != callers_.end()) {
        loop_.after(std::chrono::milliseconds(0), [gone = place->second] {});
        callers_.erase(place);
    }
}

std::string Supervisor::serve(const std::string& request) {
    Result<std::string> answer = serve_verb(request);
    return answer ? *answer : nlohmann::json{{"error", answer.error().to_string()}}.dump();
}

Result<std::string> Supervisor::serve_verb(const std::string& request) {
    const nlohmann::json json = nlohmann::json::parse(request, nullptr, false);
    if (!json.is_object()) {
        return fail_text("unreadable request");
    }
    const std::string verb = json.value("do", "");
    if (verb == "status") {
        return status();
    }
    if (verb == "down") {
        journal_.note("going down");
        machines_.clear();
        loop_.after(kLeaveDelay, [this] { loop_.stop(); });
        return std::string("{}");
    }
    return verb == "dhcp" ? serve_dhcp(json) : serve_machine(verb, json);
}

Result<std::string> Supervisor::serve_machine(const std::string& verb,
                                              const nlohmann::json& request) {
    const std::string name = request.value("machine", "");
    Machine* machine = find(name);
    if (machine == nullptr) {
        return fail_text("there is no machine " + name);
    }
    if (verb == "power") {
        DOLMEN_TRY(power(*machine, request.value("action", "")));
    } else if (verb == "link") {
        machine->set_link(request.value("up", true));
    } else if (verb == "pause") {
        DOLMEN_TRY(machine->set_paused(request.value("paused", true)));
    } else if (verb == "screen") {
        return nlohmann::json{{"text", DOLMEN_TRY(machine->screen())}}.dump();
    } else if (verb == "picture") {
        DOLMEN_TRY(machine->picture(request.value("file", "")));
    } else if (verb == "key") {
        DOLMEN_TRY(machine->press(request.value("keys", std::vector<std::string>())));
    } else {
        return fail_text("there is no verb " + verb);
    }
    return std::string("{}");
}

Result<std::string> Supervisor::serve_dhcp(const nlohmann::json& request) {
    const std::string network = request.value("network", "lan");
    Switch* lan = network == "lan" ? &lans_.lan : lans_.uplink;
    if (lan == nullptr) {
        return fail_text("this cluster has no second network");
    }
    if (!request.value("on", true)) {
        dhcp_servers_.erase(lan);
        journal_.note("{}: no foreign DHCP server", network);
        return std::string("{}");
    }
    if (dhcp_servers_.contains(lan)) {
        return fail_errno("a DHCP server in " + network, EALREADY);
    }
    const std::string log = paths_.logs + "/dhcp-" + network + ".log";
    ForeignDhcp server = DOLMEN_TRY(
        ForeignDhcp::start(*lan, request.value("options", std::vector<std::string>()), log));
    journal_.note("{}: a foreign DHCP server, pid {}", network, server.pid());
    const std::string answer = nlohmann::json{{"pid", server.pid()}, {"log", log}}.dump();
    dhcp_servers_.emplace(lan, std::move(server));
    return answer;
}

Result<> Supervisor::power(Machine& machine, const std::string& action) {
    if (action == "on") {
        return machine.start();
    }
    if (action == "off") {
        machine.power_off();
    } else if (action == "kill") {
        machine.kill();
    } else if (action == "reset") {
        machine.kill();
        return machine.start();
    } else {
        return fail_text("power is on, off, kill or reset");
    }
    return {};
}

std::string Supervisor::status() const {
    nlohmann::json machines = nlohmann::json::array();
    for (const auto& [name, machine] : machines_) {
        machines.push_back(nlohmann::json::parse(machine->status()));
    }
    const SwitchCounters lan = lans_.lan.counters();
    return nlohmann::json{
        {"machines", machines},
        {"lan", {{"frames", lan.frames}, {"bytes", lan.bytes}, {"dropped", lan.dropped}}},
        {"logs", paths_.logs},
        {"pid", ::getpid()}}
        .dump();
}

}  // namespace dolmen::qa
