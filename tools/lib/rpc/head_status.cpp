// SPDX-License-Identifier: GPL-2.0-only
#include "rpc/head_status.hpp"

#include "base/clock.hpp"
#include "rpc/frame.hpp"
#include "rpc/socket.hpp"

#include <array>
#include <cctype>
#include <nlohmann/json.hpp>

namespace dolmen::rpc {
namespace {

const Json* find(const Json& object, const char* name) {
    if (!object.is_object())
        return nullptr;
    const auto found = object.find(name);
    return found == object.end() ? nullptr : &*found;
}

std::string text(const Json& object, const char* name) {
    const Json* member = find(object, name);
    return member != nullptr && member->is_string() ? member->get<std::string>() : std::string();
}

std::uint64_t number(const Json& object, const char* name) {
    const Json* member = find(object, name);
    if (member == nullptr || !member->is_number_integer())
        return 0;
    if (member->is_number_unsigned())
        return member->get<std::uint64_t>();
    const auto value = member->get<std::int64_t>();
    return value < 0 ? 0 : static_cast<std::uint64_t>(value);
}

const Json& object(const Json& parent, const char* name) {
    static const Json kEmpty = Json::object();
    const Json* member = find(parent, name);
    return member != nullptr && member->is_object() ? *member : kEmpty;
}

const Json& array(const Json& parent, const char* name) {
    static const Json kEmpty = Json::array();
    const Json* member = find(parent, name);
    return member != nullptr && member->is_array() ? *member : kEmpty;
}

// One value of an enumeration and its name in messages and on screens.
template <class Value>
struct Name {
    Value value;
    const char* name;
};

constexpr std::array<Name<LanMode>, 5> kModes = {{{LanMode::kProbing, "probing"},
                                                  {LanMode::kOff, "off"},
                                                  {LanMode::kProxy, "proxy"},
                                                  {LanMode::kFull, "full"},
                                                  {LanMode::kDirect, "direct"}}};
constexpr std::array<Name<NodeStatusState>, 3> kStates = {{{NodeStatusState::kUp, "up"},
                                                           {NodeStatusState::kJoining, "joining"},
                                                           {NodeStatusState::kAway, "away"}}};
constexpr std::array<Name<MachineStage>, 4> kStages = {{{MachineStage::kSeen, "seen"},
                                                        {MachineStage::kLoading, "loading"},
                                                        {MachineStage::kBooting, "booting"},
                                                        {MachineStage::kLost, "lost"}}};

template <class Names>
auto value_of(const Names& names, const std::string& name) -> decltype(names[0].value) {
    for (const auto& entry : names)
        if (name == entry.name)
            return entry.value;
    return {};
}

template <class Names, class Value>
const char* name_of(const Names& names, Value value) {
    for (const auto& entry : names)
        if (value == entry.value)
            return entry.name;
    return "unknown";
}

LanStatus lan_status(const Json& message) {
    LanStatus lan{value_of(kModes, text(message, "mode")),
                  text(message, "interface"),
                  text(message, "address"),
                  text(message, "reason"),
                  {}};
    for (const Json& entry : array(message, "keys")) {
        const std::string key = text(entry, "key");
        // Anything else could not be pressed, or means something to the screen itself.
        if (key.size() == 1 && std::isalnum(static_cast<unsigned char>(key.front())) != 0)
            lan.keys.push_back({key.front(), text(entry, "text")});
    }
    return lan;
}

Error unexpected(const Json& answer) {
    std::string said = text(answer, "text");
    if (said.empty())
        said = text(answer, "reason");
    // As dolmend answers what it does not know.
    if (said == "unknown request")
        return Error::system("dolmend does not know this question", EPROTO);
    if (said.empty())
        return Error::system("the answer of dolmend", EPROTO);
    return Error::text("dolmend: " + said);
}

// The first frame of the answer. Whatever follows, {"type":"end"}, tells nothing more.
Result<Json> ask(const std::string& socket, const Json& question, std::chrono::milliseconds limit) {
    const auto deadline = Deadline::after(limit);
    const auto left = [&] { return std::chrono::milliseconds(deadline.milliseconds_left()); };
    const Fd fd = DOLMEN_TRY(connect_unix(socket));
    DOLMEN_TRY(send_frame(fd.get(), question, left()));
    return receive_frame(fd.get(), left());
}

}  // namespace

HeadStatus head_status(const Json& message) {
    HeadStatus status;
    status.version = text(message, "version");
    status.build = text(message, "build");
    status.lan = lan_status(object(message, "lan"));
    for (const Json& node : array(message, "nodes"))
        status.nodes.push_back({text(node, "name"), text(node, "mac"),
                                value_of(kStates, text(node, "state")), text(node, "address"),
                                text(node, "problem")});
    for (const Json& machine : array(message, "machines"))
        status.machines.push_back({text(machine, "mac"), text(machine, "address"),
                                   value_of(kStages, text(machine, "stage")),
                                   text(machine, "problem"), number(machine, "seconds")});
    const Json& root = object(message, "root");
    status.root = {number(root, "total"), number(root, "free")};
    status.password_file = text(object(message, "login"), "password_file");
    return status;
}

bool asks_in_vain(const MachineStatus& machine) {
    constexpr std::uint64_t kPatienceSeconds = 150;
    return machine.stage == MachineStage::kSeen && machine.seconds > kPatienceSeconds;
}

Result<HeadStatus> ask_status(const std::string& socket, std::chrono::milliseconds limit) {
    const Json answer = DOLMEN_TRY(ask(socket, {{"type", "status"}}, limit));
    if (text(answer, "type") != "status")
        return fail(unexpected(answer));
    return head_status(answer);
}

Result<> send_lan_key(const std::string& socket, char key, std::chrono::milliseconds limit) {
    const Json answer =
        DOLMEN_TRY(ask(socket, {{"type", "lan-key"}, {"key", std::string(1, key)}}, limit));
    if (text(answer, "type") != "done")
        return fail(unexpected(answer));
    return {};
}

Result<> send_drain(const std::string& socket, std::uint32_t node, bool on,
                    std::chrono::milliseconds limit) {
    const Json answer =
        DOLMEN_TRY(ask(socket, {{"type", "drain"}, {"node", node}, {"on", on}}, limit));
    if (text(answer, "type") != "done")
        return fail(unexpected(answer));
    return {};
}

const char* to_text(LanMode mode) {
    return name_of(kModes, mode);
}

const char* to_text(NodeStatusState state) {
    return name_of(kStates, state);
}

const char* to_text(MachineStage stage) {
    return name_of(kStages, stage);
}

}  // namespace dolmen::rpc
