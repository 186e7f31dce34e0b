// SPDX-License-Identifier: GPL-2.0-only
#include "main/demo.hpp"

#include <fmt/core.h>

#include <cstdio>

#include "lib/audit.hpp"
#include "lib/control_client.hpp"
#include "lib/remote_command.hpp"
#include "main/build_story.hpp"

namespace dolmen::qa {
namespace {

constexpr std::chrono::milliseconds kAuditLimit{20000};

constexpr const char* kWelcome =
    "\nYou are user demo on the head. Try:\n"
    "  nproc; free -m; dolmen nodes              the machines as one\n"
    "  dolmen run --on node1 bash                a shell on a node: hostname, ps, ^C, ^Z as "
    "always\n"
    "  seq 9 | dolmen spread xargs -P 3 -I{} sh -c 'head -c 30000000 /dev/zero | md5sum' & "
    "dolmen ps\n"
    "\"exit\" ends the cluster.\n\n";

int shell(const ControlClient& client) {
    fmt::print("{}", kWelcome);
    std::fflush(stdout);
    Request request;
    request.user = "demo";
    request.terminal = true;
    request.argv = {"bash", "-l"};
    const Result<Outcome> outcome = pass_through(client, "head", request);
    if (!outcome) {
        fmt::print(stderr, "qa-vm: {}\n", outcome.error().to_string());
        return 1;
    }
    return 0;
}

int story(const ControlClient& client, unsigned nodes) {
    Audit audit(client);
    audit.begin();
    if (const Result<> told = tell_build_story(client, nodes); !told) {
        fmt::print(stderr, "qa-vm: {}\nlogs: {}\n", told.error().to_string(), client.logs());
        return 1;
    }
    const std::vector<std::string> wrong = audit.check(kAuditLimit);
    for (const std::string& words : wrong) {
        fmt::print(stderr, "qa-vm: audit: {}\n", words);
    }
    fmt::print("\n{}\n", wrong.empty() ? "Nothing is left behind on any machine."
                                       : "The audit has found faults, see above.");
    return wrong.empty() ? 0 : 1;
}

}  // namespace

int run_demo(const BringUp& options, bool with_story) {
    if (const int status = bring_up(options); status != 0) {
        static_cast<void>(end_cluster(options.cluster.name));
        return status;
    }
    const ControlClient client(options.cluster.name);
    const int status = with_story ? story(client, options.cluster.nodes) : shell(client);
    const Result<> ended = end_cluster(options.cluster.name);
    if (!ended) {
        fmt::print(stderr, "qa-vm: {}\n", ended.error().to_string());
    }
    return status != 0 || ended ? status : 1;
}

}  // namespace dolmen::qa
