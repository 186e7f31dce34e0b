// SPDX-License-Identifier: GPL-2.0-only
// The module's table of system calls (ssi-modules/process/syscall_table.c) and its decisions by
// argument (syscall_decide.c), read from their source.
#pragma once

#include "base/result.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace dolmen::docs {

enum class Where { kHere, kPath, kAsk, kRule };

struct Call {
    std::string name;  // without "sys_"
    Where where = Where::kHere;
    std::string rule;  // with kRule: name of the decision
};

struct Section {
    std::string title;  // the comment above it
    std::vector<Call> calls;
};

// What one decision looks at.
struct Decision {
    // Values of a switch, and where the call is made with them: "here", "goes home"...
    struct Case {
        std::vector<std::string> values;  // empty: all others
        std::vector<std::string> places;
    };
    std::vector<Case> cases;          // empty: no switch
    std::set<std::string> constants;  // of the function and the static functions it calls
};

// EINVAL: the text has no such table, or a row that is not understood.
Result<std::vector<Section>> parse_call_table(const std::string& source);
Result<std::map<std::string, Decision>> parse_decisions(const std::string& source);

}  // namespace dolmen::docs
