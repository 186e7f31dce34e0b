// SPDX-License-Identifier: GPL-2.0-only
#include "noded/agent.hpp"

#include "base/scope_exit.hpp"
#include "noded/network.hpp"
#include "noded/root_mount.hpp"
#include "noded/system_setup.hpp"

#include <poll.h>
#include <algorithm>
#include <array>
#include <thread>

namespace dolmen::node {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kFirstDelay = 250ms;
constexpr std::chrono::milliseconds kLongestDelay = 1s;
constexpr std::chrono::milliseconds kLinkWait = 10s;
constexpr std::chrono::milliseconds kConnect = 5s;
// At 100 percent; covering the head's mounts asks its NFS server for each.
constexpr std::chrono::milliseconds kContainer = 30s;
// The event tells at once; this finds a loss whose event did not come.
constexpr std::chrono::milliseconds kLookAtRoles = 500ms;
// Often at first, until the kernel has learnt how fast this clock goes.
constexpr std::chrono::seconds kFirstClockCheck = 8s;
constexpr std::chrono::seconds kLastClockCheck = 64s;

}  // namespace

std::chrono::milliseconds retry_delay(unsigned failures) {
    const unsigned doublings = std::min(std::max(failures, 1U) - 1, 8U);
    return std::min(kFirstDelay * (1U << doublings), kLongestDelay);
}

[[noreturn]] void Agent::run() {
    for (;;) {
        const auto outcome = live();
        if (outcome)
            continue;
        ++failures_;
        say(log::Level::kWarning, outcome.error().to_string() + "; trying again");
        wait_before_retry();
    }
}

void Agent::say(log::Level level, const std::string& line) {
    if (said_.insert(line).second)
        log::write(level, line);
}

void Agent::wait_before_retry() {
    const auto delay = std::max(retry_delay(failures_), std::exchange(asked_delay_, 0ms));
    std::this_thread::sleep_for(delay);
}

Result<> Agent::live() {
    if (!network_ready_)
        DOLMEN_TRY(connect_network());
    HeadConnection connection =
        DOLMEN_TRY(HeadConnection::open(options_.head, options_.port, kConnect));
    say(log::Level::kInfo, "found the head at " + options_.head + ", asking to join");
    const rpc::Welcome welcome = DOLMEN_TRY(be_invited(connection));
    say(log::Level::kInfo, "welcome: this is " + welcome.name + " of head " + welcome.hostname);

    // Destroyed in reverse: kill the guests, take away the root that some of them
    // may wait for, then wait until they are gone.
    std::optional<Container> container;
    std::optional<RootMount> root;
    ScopeExit kill([&] {
        if (container)
            container->kill();
    });
    if (!options_.solo) {
        DOLMEN_TRY(prepare_system(welcome));
        const std::string own_address = DOLMEN_TRY(connection.own_address());
        root.emplace(
            DOLMEN_TRY(RootMount::create(options_.run_directory + "/root", welcome.root_server,
                                         welcome.root_options, own_address)));
        say(log::Level::kInfo, "the head's root is mounted");
    }
    const auto limit = kContainer * welcome.timeout_percent / 100;
    container.emplace(DOLMEN_TRY(Container::create(plan_container(welcome), kernel_, limit)));
    say(log::Level::kInfo, "the guest container is ready");
    {
        const JoinedSockets sockets = DOLMEN_TRY(connection.complete(welcome));
        DOLMEN_TRY(join_kernel(sockets, welcome));
    }
    last_node_ = welcome.node;
    failures_ = 0;
    said_.clear();
    log::info("joined as {}", welcome.name);
    const std::string loss = DOLMEN_TRY(serve(*container));
    log::warning("the head is lost: {}; looking for it again", loss);
    return {};
}

Result<> Agent::connect_network() {
    if (!options_.solo) {
        const ClusterNic nic = DOLMEN_TRY(bring_up_network(options_.address, kLinkWait));
        log::info("{} ({}) has address {}, looking for the head at {}", nic.name, nic.mac, nic.ip,
                  options_.head);
        mac_ = nic.mac;
    }
    network_ready_ = true;
    return {};
}

Result<rpc::Welcome> Agent::be_invited(HeadConnection& connection) {
    const kapi::Version version = DOLMEN_TRY(kernel_.version());
    const rpc::JoinRequest request{version.build, machine_.id,     mac_,
                                   machine_.cpus, machine_.memory, last_node_};
    auto answer = DOLMEN_TRY(connection.ask(request));
    if (const auto* refused = std::get_if<rpc::Refused>(&answer)) {
        asked_delay_ = std::chrono::seconds(refused->retry_seconds);
        return fail_text("the head refuses: " + refused->reason);
    }
    return std::move(std::get<rpc::Welcome>(answer));
}

Result<> Agent::prepare_system(const rpc::Welcome& welcome) {
    DOLMEN_TRY(set_identity(welcome.name, machine_.id));
    DOLMEN_TRY(set_limits(welcome.sysctls));
    clocks_ = DOLMEN_TRY(measure_clocks(options_.head, options_.port));
    clock_check_ = kFirstClockCheck;
    next_clock_check_ = SteadyClock::now() + clock_check_;
    return step_clock(clocks_.realtime);
}

ContainerPlan Agent::plan_container(const rpc::Welcome& welcome) const {
    ContainerPlan plan;
    plan.hostname = welcome.hostname;
    plan.home_mounts = welcome.home_mounts;
    if (!options_.solo) {
        plan.root = options_.run_directory + "/root";
        plan.time_offsets = time_namespace_offsets(clocks_);
    }
    return plan;
}

Result<> Agent::join_kernel(const JoinedSockets& sockets, const rpc::Welcome& welcome) {
    const kapi::Version version = DOLMEN_TRY(kernel_.version());
    kapi::Link link;
    link.control_fd = sockets.control.get();
    link.bulk_fd = sockets.bulk.get();
    link.node = welcome.node;
    link.timeout_percent = welcome.timeout_percent;
    link.epoch = welcome.epoch;
    link.name = welcome.name;
    // The head has refused any other build than ours.
    link.build = version.build;
    return kernel_.join(link);
}

// Events only wake us up: one of the membership before may come as late as this.
Result<bool> Agent::head_lost() {
    static_cast<void>(events_.read());
    const kapi::Version version = DOLMEN_TRY(kernel_.version());
    return (version.roles & DOLMEN_ROLE_NODE) == 0;
}

// A failure is left to those who watch over the connection.
void Agent::keep_clock() {
    if (options_.solo || SteadyClock::now() < next_clock_check_)
        return;
    clock_check_ = std::min(clock_check_ * 2, kLastClockCheck);
    next_clock_check_ = SteadyClock::now() + clock_check_;
    const auto now = measure_clocks(options_.head, options_.port);
    if (!now)
        return;
    const ClockCorrection correction = plan_correction(clocks_, *now);
    if (!correction.worth_it)
        return;
    log::debug("clock: {} us from the head's", correction.slew / 1000);
    if (correction.step != 0)
        log::info("the head's clock was set, following by {} ms", correction.step / 1'000'000);
    const auto corrected = correct_clock(correction);
    if (!corrected)
        say(log::Level::kWarning, corrected.error().to_string());
}

Result<std::string> Agent::serve(const Container& container) {
    for (;;) {
        std::array<pollfd, 2> entries = {pollfd{events_.fd(), POLLIN, 0},
                                         pollfd{container.pidfd(), POLLIN, 0}};
        if (::poll(entries.data(), entries.size(), static_cast<int>(kLookAtRoles.count())) < 0 &&
            errno != EINTR)
            return fail_errno("wait for the loss of the head");
        if (entries[1].revents != 0)
            return std::string("the guest container has ended");
        if (DOLMEN_TRY(head_lost()))
            return std::string("the connection has ended");
        keep_clock();
    }
}

}  // namespace dolmen::node
