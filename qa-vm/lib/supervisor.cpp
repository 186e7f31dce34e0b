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

Supervisor::Supervisor(Loop& loop, Switch& lan, Journal& journal, ClusterPaths paths)
    : loop_(loop), lan_(lan), journal_(journal), paths_(std::move(paths)) {}

Supervisor::~Supervisor() {
    loop_.remove(listener_watch_);
    callers_.clear();
    ::unlink(paths_.socket().c_str());
}

Result<> Supervisor::start(const std::vector<MachineSpec>& machines) {
    DOLMEN_TRY(listen());
    for (const MachineSpec& spec : machines) {
        auto machine = std::make_unique<Machine>(loop_, lan_, journal_, spec, paths_.logs);
        DOLMEN_TRY(machine->start());
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
    const std::string name = json.value("machine", "");
    Machine* machine = find(name);
    if (machine == nullptr) {
        return fail_text("there is no machine " + name);
    }
    if (verb == "power") {
        DOLMEN_TRY(power(*machine, json.value("action", "")));
    } else if (verb == "link") {
        machine->set_link(json.value("up", true));
    } else if (verb == "pause") {
        DOLMEN_TRY(machine->set_paused(json.value("paused", true)));
    } else {
        return fail_text("there is no verb " + verb);
    }
    return std::string("{}");
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
    const SwitchCounters lan = lan_.counters();
    return nlohmann::json{
        {"machines", machines},
        {"lan", {{"frames", lan.frames}, {"bytes", lan.bytes}, {"dropped", lan.dropped}}},
        {"logs", paths_.logs},
        {"pid", ::getpid()}}
        .dump();
}

}  // namespace dolmen::qa
