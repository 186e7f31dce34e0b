// SPDX-License-Identifier: GPL-2.0-only
#include "wire/request.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace dolmen::qa {
namespace {

constexpr std::array<std::pair<RequestKind, const char*>, 4> kKindNames{{
    {RequestKind::kRun, "run"},
    {RequestKind::kPut, "put"},
    {RequestKind::kGet, "get"},
    {RequestKind::kPowerOff, "poweroff"},
}};

const char* name_of(RequestKind kind) {
    for (const auto& [candidate, name] : kKindNames) {
        if (candidate == kind) {
            return name;
        }
    }
    return "";
}

std::optional<RequestKind> kind_of(const std::string& text) {
    for (const auto& [kind, name] : kKindNames) {
        if (text == name) {
            return kind;
        }
    }
    return std::nullopt;
}

// Command lines and paths need not be UTF-8; JSON text must be. Bytes travel as code points 0..255.
std::string widen(const std::string& bytes) {
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            text.push_back(c);
        } else {
            text.push_back(static_cast<char>(0xc0 | (byte >> 6)));
            text.push_back(static_cast<char>(0x80 | (byte & 0x3f)));
        }
    }
    return text;
}

std::string narrow(const std::string& text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x80 && i + 1 < text.size()) {
            const auto low = static_cast<unsigned char>(text[++i]);
            bytes.push_back(static_cast<char>(((byte & 0x03) << 6) | (low & 0x3f)));
        } else {
            bytes.push_back(text[i]);
        }
    }
    return bytes;
}

}  // namespace

std::string to_json(const Request& request) {
    nlohmann::json json;
    json["kind"] = name_of(request.kind);
    json["argv"] = nlohmann::json::array();
    for (const std::string& argument : request.argv) {
        json["argv"].push_back(widen(argument));
    }
    json["environment"] = nlohmann::json::object();
    for (const auto& [name, value] : request.environment) {
        json["environment"][widen(name)] = widen(value);
    }
    json["directory"] = widen(request.directory);
    json["user"] = widen(request.user);
    json["session"] = request.session;
    json["terminal"] = request.terminal;
    json["rows"] = request.window.rows;
    json["columns"] = request.window.columns;
    json["path"] = widen(request.path);
    json["mode"] = request.mode;
    return json.dump();
}

std::optional<Request> request_from_json(const std::string& text) {
    try {
        const nlohmann::json json = nlohmann::json::parse(text);
        const std::optional<RequestKind> kind = kind_of(json.at("kind").get<std::string>());
        if (!kind) {
            return std::nullopt;
        }
        Request request;
        request.kind = *kind;
        for (const nlohmann::json& argument : json.at("argv")) {
            request.argv.push_back(narrow(argument.get<std::string>()));
        }
        for (const auto& [name, value] : json.at("environment").items()) {
            request.environment[narrow(name)] = narrow(value.get<std::string>());
        }
        request.directory = narrow(json.at("directory").get<std::string>());
        request.user = narrow(json.at("user").get<std::string>());
        request.session = json.at("session").get<bool>();
        request.terminal = json.at("terminal").get<bool>();
        request.window.rows = json.at("rows").get<std::uint16_t>();
        request.window.columns = json.at("columns").get<std::uint16_t>();
        request.path = narrow(json.at("path").get<std::string>());
        request.mode = json.at("mode").get<unsigned>();
        return request;
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    }
}

std::string to_json(const Outcome& outcome) {
    return nlohmann::json{
        {"status", outcome.status}, {"signal", outcome.signal}, {"error", widen(outcome.error)}}
        .dump();
}

Outcome outcome_from_json(const std::string& text) {
    try {
        const nlohmann::json json = nlohmann::json::parse(text);
        return Outcome{json.at("status").get<int>(), json.at("signal").get<int>(),
                       narrow(json.at("error").get<std::string>())};
    } catch (const nlohmann::json::exception& problem) {
        return Outcome{0, 0, std::string("unreadable outcome: ") + problem.what()};
    }
}

}  // namespace dolmen::qa
