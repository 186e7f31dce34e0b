// SPDX-License-Identifier: GPL-2.0-only
#include "cli/why.hpp"

#include "kapi/text.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace dolmen::cli {
namespace {

// The module's words for what it decided, made whole.
std::string reason(const dolmen_why& why) {
    const std::string there = kapi::text(why.there);
    if (why.decided == 0)
        return "it began there, where its parent was";
    switch (why.cause) {
        case DOLMEN_COUNTER_PLACED:
            return "it was placed there when it executed its program";
        case DOLMEN_COUNTER_MOVED:
            return "it was moved there";
        case DOLMEN_COUNTER_WENT_HOME:
            return there == "recall" ? "it was called home"
                                     : fmt::format("it came home to make the call {}", there);
        case DOLMEN_COUNTER_STAYED:
            return fmt::format("its program was started there and not placed: {}", there);
        default:
            return there;
    }
}

}  // namespace

std::string why_text(const dolmen_why& why, const std::string& name, const NodeNames& names) {
    const std::string keeps = kapi::text(why.keeps);
    return fmt::format("{} ({}) {} {}.\n  why there: {}\n  can it move: {}\n", why.pid, name,
                       why.state == DOLMEN_PROCESS_PLACING || why.state == DOLMEN_PROCESS_RETURNING
                           ? "is on its way between the head and"
                           : "runs on",
                       name_of(why.node, names), reason(why),
                       keeps.empty() ? "yes" : "not now: " + keeps);
}

Json why_json(const dolmen_why& why, const std::string& name, const NodeNames& names) {
    return {{"pid", why.pid},
            {"comm", name},
            {"node", why.node},
            {"name", name_of(why.node, names)},
            {"state", kapi::process_state_text(why.state)},
            {"cause", why.decided != 0 ? kapi::counter_kind_text(why.cause) : "born"},
            {"there", kapi::text(why.there)},
            {"keeps", kapi::text(why.keeps)}};
}

}  // namespace dolmen::cli
