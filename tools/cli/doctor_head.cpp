// SPDX-License-Identifier: GPL-2.0-only
// What the doctor looks at on the head and on nodes that are up.
#include "cli/doctor.hpp"

#include "base/display.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <string_view>

namespace dolmen::cli {
namespace {

using rpc::LanMode;

constexpr std::uint64_t kMiB = 1U << 20U;
// 2 GB and 512 MB, less what firmware and kernel have taken before it is counted.
constexpr std::uint64_t kHeadMemory = 1800 * kMiB;
constexpr std::uint64_t kNodeMemory = 400 * kMiB;
// Of the writable root that may be used: without a warning, and at all.
constexpr double kRootWarning = 0.80;
constexpr double kRootFull = 0.99;
// make compares times of files: more than this can hurt.
constexpr double kClockTolerance = 0.1;
constexpr std::int64_t kDay = 86400;

// All else is needed to boot nodes and to serve them.
constexpr std::string_view kClockService = "chrony.service";
constexpr const char* kRestartDaemon = "sudo systemctl restart dolmend";

bool serves(const Facts& facts) {
    return facts.status &&
           (facts.status->lan.mode == LanMode::kFull || facts.status->lan.mode == LanMode::kProxy);
}

std::string date_text(std::int64_t seconds) {
    const std::time_t time = seconds;
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &parts);
    return text.data();
}

void check_boot_file(const BootFileFact& file, Findings& findings) {
    const std::string again = fmt::format("\"{}\" puts the boot files there anew", kRestartDaemon);
    if (!file.problem.empty())
        findings.push_back({Level::kProblem, "boot",
                            fmt::format("nodes can not load {}: {}", file.name, file.problem),
                            again});
    else if (file.on_disk && *file.on_disk != file.served)
        findings.push_back({Level::kProblem, "boot",
                            fmt::format("{} has {} bytes on disk, but {} are served", file.name,
                                        *file.on_disk, file.served),
                            again});
    else if (file.served == 0)
        findings.push_back({Level::kProblem, "boot", file.name + " is empty", again});
}

}  // namespace

void check_services(const Facts& facts, Findings& findings) {
    if (!facts.status)
        findings.push_back({Level::kProblem, "services", facts.no_status,
                            "\"systemctl status dolmend\" and \"journalctl -u dolmend\" tell why"});
    for (const std::string& service : facts.stopped_services)
        findings.push_back({service == kClockService ? Level::kWarning : Level::kProblem,
                            "services", service + " does not run",
                            fmt::format("\"journalctl -u {}\" tells why", service)});
    if (facts.status && facts.stopped_services.empty())
        findings.push_back({Level::kOk, "services", "all that shall run does", ""});
}

void check_boot_files(const Facts& facts, Findings& findings) {
    if (!serves(facts)) {
        const bool elsewhere = facts.status && facts.status->lan.mode == LanMode::kDirect;
        if (!facts.image.problem.empty() && !elsewhere)
            findings.push_back({Level::kWarning, "boot", facts.image.problem,
                                "install the package dolmen-node-image"});
        return;
    }
    if (!facts.boot.problem.empty()) {
        findings.push_back({Level::kProblem, "boot", facts.boot.problem,
                            "\"journalctl -u dolmend -u dolmen-nginx\" tells why"});
        return;
    }
    const std::size_t before = findings.size();
    std::uint64_t total = 0;
    for (const BootFileFact& file : facts.boot.files) {
        check_boot_file(file, findings);
        total += file.served;
    }
    if (facts.boot.files.empty())
        findings.push_back({Level::kProblem, "boot", "the head offers nodes no file to load",
                            fmt::format("\"{}\" puts them there anew", kRestartDaemon)});
    if (findings.size() == before)
        findings.push_back({Level::kOk, "boot",
                            fmt::format("nodes can load build {}: {} files, {}", facts.boot.build,
                                        facts.boot.files.size(), size_text(total)),
                            ""});
}

void check_versions(const Facts& facts, Findings& findings) {
    const std::size_t before = findings.size();
    if (!facts.no_module.empty())
        findings.push_back({Level::kProblem, "versions", facts.no_module,
                            "boot Dolmen's kernel, then \"sudo modprobe dolmen\""});
    if (facts.status && facts.no_module.empty() && !facts.status->build.empty() &&
        facts.status->build != facts.module_build)
        findings.push_back({Level::kProblem, "versions",
                            fmt::format("dolmend works with module build {}, build {} is loaded",
                                        facts.status->build, facts.module_build),
                            fmt::format("\"{}\"", kRestartDaemon)});
    if (facts.status && !facts.status->version.empty() &&
        facts.status->version != facts.tools_version)
        findings.push_back({Level::kWarning, "versions",
                            fmt::format("dolmend is {}, this program is {}", facts.status->version,
                                        facts.tools_version),
                            fmt::format("\"{}\"", kRestartDaemon)});
    if (serves(facts) && facts.boot.problem.empty() && facts.image.problem.empty() &&
        facts.boot.build != facts.image.build)
        findings.push_back({Level::kWarning, "versions",
                            fmt::format("nodes load build {}, build {} is installed",
                                        facts.boot.build, facts.image.build),
                            fmt::format("\"{}\"", kRestartDaemon)});
    if (!facts.image.kernel.empty() && facts.image.kernel != facts.kernel)
        findings.push_back(
            {Level::kProblem, "versions",
             fmt::format("nodes boot kernel {}, this head runs {}: they can not join",
                         facts.image.kernel, facts.kernel),
             "restart this machine with the same kernel"});
    if (findings.size() == before)
        findings.push_back({Level::kOk, "versions",
                            fmt::format("Dolmen {}, kernel {}, module build {}",
                                        facts.tools_version, facts.kernel, facts.module_build),
                            ""});
}

void check_clocks(const Facts& facts, Findings& findings) {
    const std::size_t before = findings.size();
    if (facts.now + kDay < facts.programs_built)
        findings.push_back({Level::kWarning, "clocks",
                            fmt::format("this head thinks it is {}, which is before its programs "
                                        "were made",
                                        date_text(facts.now)),
                            "set it: \"sudo date -s 'YEAR-MONTH-DAY HOUR:MINUTE'\"; the battery of "
                            "the PC may be empty"});
    for (const NodeFact& node : facts.nodes) {
        if (!node.problem.empty())
            findings.push_back(
                {Level::kProblem, "clocks",
                 fmt::format("{} could not run a program: {}", node.name, node.problem),
                 "\"dolmen events\" may tell why; switch it off and on"});
        else if (std::abs(node.clock_ahead) > node.clock_error + kClockTolerance)
            findings.push_back(
                {Level::kWarning, "clocks",
                 fmt::format("the clock of {} is {:.1f} s {} the head's", node.name,
                             std::abs(node.clock_ahead),
                             node.clock_ahead > 0 ? "ahead of" : "behind"),
                 "it follows little by little; if that lasts, switch it off and on"});
    }
    if (findings.size() == before)
        findings.push_back(
            {Level::kOk, "clocks",
             date_text(facts.now) + (facts.nodes.empty() ? "" : ", the same on all nodes"), ""});
}

void check_memory(const Facts& facts, Findings& findings) {
    if (facts.memory < kHeadMemory)
        findings.push_back({Level::kWarning, "memory",
                            fmt::format("this head has {}", size_text(facts.memory)),
                            "it wants 2 GB: take another PC as the head, or add memory"});
    else
        findings.push_back(
            {Level::kOk, "memory", fmt::format("this head has {}", size_text(facts.memory)), ""});
    for (const NodeFact& node : facts.nodes)
        if (node.memory < kNodeMemory)
            findings.push_back({Level::kWarning, "memory",
                                fmt::format("{} has {}", node.name, size_text(node.memory)),
                                "a node wants 512 MB"});
    if (facts.root.total == 0)
        return;
    const double used = 1.0 - static_cast<double>(std::min(facts.root.free, facts.root.total)) /
                                  static_cast<double>(facts.root.total);
    const std::string left = fmt::format("{} of {} are left for files", size_text(facts.root.free),
                                         size_text(facts.root.total));
    const std::string advice =
        "delete what is not needed (\"sudo du -xsh /home/* /var/* /tmp\" shows where it is)";
    if (used > kRootFull)
        findings.push_back({Level::kProblem, "memory", left, advice});
    else if (used >= kRootWarning)
        findings.push_back({Level::kWarning, "memory", left, advice});
    else
        findings.push_back({Level::kOk, "memory", left, ""});
}

}  // namespace dolmen::cli
