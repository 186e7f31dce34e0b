// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/three_ways.hpp"

#include <algorithm>
#include <sstream>

namespace dolmen::qa {
namespace {

constexpr std::size_t kShownBytes = 600;

std::string in_order(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    std::sort(lines.begin(), lines.end());
    std::string sorted;
    for (const std::string& line : lines) {
        sorted += line + "\n";
    }
    return sorted;
}

std::string shown(const std::string& text) {
    return text.size() <= kShownBytes ? text : text.substr(0, kShownBytes) + "...";
}

void compare(const char* what, const Script& script, const std::string& local,
             const std::string& other, Way way, Findings& findings) {
    const bool same = script.any_order ? in_order(local) == in_order(other) : local == other;
    findings.expect(same, "{} differs under {}:\n--- local\n{}\n--- {}\n{}", what, to_string(way),
                    shown(local), to_string(way), shown(other));
}

void run_spread(const Script& script, Stage& stage, Findings& findings) {
    const NodeCounts before = stage.counts();
    const Ran ran = stage.shell(Way::kSpread, script.text, script.limit, script.input);
    findings.expect(!ran.timed_out && ran.status != 255, "not done in time: {}", ran.error);
    findings.expect(!script.leaves_home || stage.counts().bodies() > before.bodies(),
                    "the kernel has counted nothing on a node");
}

void run_script(const Script& script, Stage& stage, Findings& findings) {
    if (stage.is_spread_only()) {
        return run_spread(script, stage, findings);
    }
    const Ran local = stage.shell(Way::kLocal, script.text, script.limit, script.input);
    if (!findings.expect(!local.timed_out && local.status != 255, "local: {}", local.error)) {
        return;
    }
    NodeCounts before = stage.counts();
    for (const Way way : {Way::kNode, Way::kSpread}) {
        const Ran ran = stage.shell(way, script.text, script.limit, script.input);
        if (!findings.expect(!ran.timed_out, "{}: not done in time: {}", to_string(way),
                             ran.error)) {
            return;  // what is left of it would disturb the next
        }
        findings.expect(ran.status == local.status, "status: local {}, {} {}: {}", local.status,
                        to_string(way), ran.status, shown(ran.error));
        compare("output", script, local.output, ran.output, way, findings);
        compare("standard error", script, local.error, ran.error, way, findings);
        compare("the set of files", script, local.files, ran.files, way, findings);
        if (!stage.stays_home() && (way == Way::kNode || script.leaves_home)) {
            const NodeCounts after = stage.counts();
            findings.expect(after.bodies() > before.bodies(),
                            "{}: the kernel has counted nothing on a node", to_string(way));
            before = after;
        }
    }
}

}  // namespace

std::vector<Scenario> three_ways(const std::vector<Script>& scripts) {
    std::vector<Scenario> scenarios;
    scenarios.reserve(scripts.size());
    for (const Script& script : scripts) {
        scenarios.push_back({script.promise, 1, [script](Stage& stage, Findings& findings) {
                                 run_script(script, stage, findings);
                             }});
    }
    return scenarios;
}

}  // namespace dolmen::qa
