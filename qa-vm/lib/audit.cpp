// SPDX-License-Identifier: GPL-2.0-only
#include "lib/audit.hpp"

#include <fmt/core.h>

#include <base/clock.hpp>
#include <base/file.hpp>
#include <future>
#include <nlohmann/json.hpp>

#include "lib/console.hpp"
#include "lib/disk_image.hpp"
#include "lib/pause.hpp"
#include "lib/remote_command.hpp"

namespace dolmen::qa {
namespace {

constexpr std::chrono::milliseconds kAskLimit{20000};
constexpr std::size_t kConsoleLimit = 64U << 20U;
// "O" (a module from outside the tree) and "E" (one that is not signed).
constexpr unsigned long kModuleTaint = (1UL << 12U) | (1UL << 13U);

std::string whole_console(const std::string& path) {
    Result<std::string> text = read_file(path, kConsoleLimit);
    return text ? *text : "";
}

Result<std::string> output_of(const ControlClient& cluster, const std::string& machine,
                              const std::vector<std::string>& command) {
    Request request;
    request.argv = command;
    const RemoteResult result = DOLMEN_TRY(run_remote(cluster, machine, request, kAskLimit));
    if (result.outcome.shell_status() != 0) {
        return fail_text(fmt::format("{}: {}: status {} {}{}", machine, command[0],
                                     result.outcome.shell_status(), result.outcome.error,
                                     result.error));
    }
    return result.output;
}

void append(std::vector<std::string>& all, std::vector<std::string> more) {
    all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

std::vector<std::string> leftovers(const std::string& audit_json) {
    const nlohmann::json json = nlohmann::json::parse(audit_json, nullptr, false);
    if (!json.is_object() || !json.contains("audit") || !json["audit"].is_array()) {
        return {"no audit: " + audit_json.substr(0, 200)};
    }
    std::vector<std::string> left;
    for (const nlohmann::json& entry : json["audit"]) {
        const std::string what = entry.is_object() ? entry.value("what", "?") : "?";
        const std::uint64_t count = entry.is_object() ? entry.value("count", std::uint64_t{1}) : 1;
        if (count != 0) {
            left.push_back(fmt::format("{}={}", what, count));
        }
    }
    return left;
}

unsigned long unexplained_taint(const std::string& text) {
    return std::strtoul(text.c_str(), nullptr, 10) & ~kModuleTaint;
}

void Audit::begin(From from) {
    const Result<std::vector<MachineStatus>> machines = cluster_.machines();
    if (!machines) {
        return;
    }
    for (const MachineStatus& machine : *machines) {
        console_offsets_[machine.console] =
            from == From::kStart ? 0 : whole_console(machine.console).size();
        reboots_[machine.name] = from == From::kStart ? 0 : machine.reboots;
    }
}

std::vector<std::string> Audit::check_consoles() const {
    std::vector<std::string> wrong;
    for (const auto& [path, offset] : console_offsets_) {
        const std::string text = whole_console(path);
        if (const auto fault =
                find_kernel_fault(std::string_view(text).substr(std::min(offset, text.size())))) {
            wrong.push_back(fmt::format("{}: {}", path, *fault));
        }
    }
    return wrong;
}

std::vector<std::string> Audit::check_hardware(const MachineStatus& machine) const {
    std::vector<std::string> wrong;
    if (machine.state == "failed") {
        wrong.push_back(machine.name + " has failed: " + machine.why);
    }
    const auto before = reboots_.find(machine.name);
    if (before != reboots_.end() && machine.reboots > before->second) {
        wrong.push_back(machine.name + " has rebooted by itself");
    }
    if (!machine.disk.empty()) {
        if (const Result<> disk = check_disk(machine.disk, machine.number); !disk) {
            wrong.push_back(machine.name + ": " + disk.error().to_string());
        }
    }
    return wrong;
}

std::vector<std::string> Audit::check_machine(const std::string& machine) const {
    const Result<std::string> taint =
        output_of(cluster_, machine, {"cat", "/proc/sys/kernel/tainted"});
    const Result<std::string> audit = output_of(cluster_, machine, {"dolmen", "audit", "--json"});
    if (!taint || !audit) {
        return {(taint ? audit : taint).error().to_string()};
    }
    std::vector<std::string> wrong;
    if (const unsigned long bits = unexplained_taint(*taint); bits != 0) {
        wrong.push_back(fmt::format("{}: kernel tainted: {}", machine, bits));
    }
    for (const std::string& left : leftovers(*audit)) {
        wrong.push_back(fmt::format("{}: left over: {}", machine, left));
    }
    return wrong;
}

std::vector<std::string> Audit::check(std::chrono::milliseconds limit) {
    const Deadline deadline = Deadline::after(limit);
    while (true) {
        std::vector<std::string> wrong = check_consoles();
        const Result<std::vector<MachineStatus>> machines = cluster_.machines();
        if (!machines) {
            wrong.push_back(machines.error().to_string());
            return wrong;
        }
        // Machines are asked side by side: each answer takes a while under emulation.
        std::vector<std::future<std::vector<std::string>>> looks;
        for (const MachineStatus& machine : *machines) {
            append(wrong, check_hardware(machine));
            if (machine.state == "ready") {
                looks.push_back(
                    std::async(std::launch::async, &Audit::check_machine, this, machine.name));
            }
        }
        for (auto& look : looks) {
            append(wrong, look.get());
        }
        if (wrong.empty() || deadline.passed()) {
            return wrong;
        }
        pause_between_looks();
    }
}

}  // namespace dolmen::qa
