// SPDX-License-Identifier: GPL-2.0-only
// A head that was no live system: a plain Debian 12 on which our packages were installed.
#include "scenarios/boot_steps.hpp"
#include "scenarios/families.hpp"

namespace dolmen::qa {
namespace {

void plain_debian(Stage& stage, Findings& findings) {
    compile_spreads(stage, findings);
    doctor_is_content(stage, findings);
    const Ran failed = stage.look("systemctl --failed --plain --no-legend");
    findings.expect(failed.output.empty(), "units have failed: {}{}", failed.output, failed.error);
}

}  // namespace

std::vector<Scenario> boot_plain_scenarios() {
    Fresh plain;
    plain.boot = Boot::kDisk;
    return {
        {"a plain Debian on which the packages were installed is a head: PCs boot and compile", 2,
         plain_debian, plain},
    };
}

}  // namespace dolmen::qa
