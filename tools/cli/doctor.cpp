// SPDX-License-Identifier: GPL-2.0-only
#include "cli/doctor.hpp"

#include "base/display.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace dolmen::cli {
namespace {

const char* level_text(Level level) {
    switch (level) {
        case Level::kOk:
            break;
        case Level::kWarning:
            return "warning";
        case Level::kProblem:
            return "problem";
    }
    return "ok";
}

}  // namespace

Findings examine(const Facts& facts) {
    Findings findings;
    for (const auto check : {check_links, check_services, check_servers, check_boot_files,
                             check_machines, check_versions, check_clocks, check_memory})
        check(facts, findings);
    return findings;
}

bool has_problem(const Findings& findings) {
    return std::any_of(findings.begin(), findings.end(),
                       [](const Finding& finding) { return finding.level == Level::kProblem; });
}

std::string findings_text(const Findings& findings) {
    std::string text;
    for (const Finding& finding : findings) {
        text += fmt::format("{:<8} {:<9} {}", level_text(finding.level), finding.subject,
                            printable(finding.text));
        if (!finding.advice.empty())
            text += ": " + printable(finding.advice);
        text += '\n';
    }
    return text;
}

nlohmann::json findings_json(const Findings& findings) {
    nlohmann::json list = nlohmann::json::array();
    for (const Finding& finding : findings)
        list.push_back({{"level", level_text(finding.level)},
                        {"subject", finding.subject},
                        {"text", finding.text},
                        {"advice", finding.advice}});
    return {{"findings", std::move(list)}};
}

}  // namespace dolmen::cli
