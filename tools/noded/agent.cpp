// SPDX-License-Identifier: GPL-2.0-only
#include "noded/agent.hpp"

#include "base/log.hpp"
#include "base/scope_exit.hpp"
#include "noded/next_kernel.hpp"
#include "noded/root_mount.hpp"
#include "noded/system_setup.hpp"
#include "noded/texts.hpp"

#include <poll.h>
#include <algorithm>
#include <array>
#include <thread>

namespace dolmen::node {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kFirstDelay = 250ms;
constexpr std::chrono::milliseconds kLongestDelay = 1s;
// Where nobody says anything else.
constexpr const char* kUsualHead = "10.77.0.1";
constexpr std::chrono::milliseconds kConnect = 5s;
// At 100 percent; covering the head's mounts asks its NFS server for each.
constexpr std::chrono::milliseconds kContainer = 30s;
// The event tells at once; this finds a loss whose event did not come.
constexpr std::chrono::milliseconds kLookAtRoles = 500ms;
constexpr std::chrono::milliseconds kLookAtNetwork = 100ms;
// Often at first, until the kernel has learnt how fast this clock goes.
constexpr std::chrono::seconds kFirstClockCheck = 8s;
constexpr std::chrono::seconds kLastClockCheck = 64s;

}  // namespace

std::chrono::milliseconds retry_delay(unsigned failures) {
    const unsigned doublings = std::min(std::max(failures, 1U) - 1, 8U);
    return std::min(kFirstDelay * (1U << doublings), kLongestDelay);
}

[[noreturn]] void Agent::run() {
    screen_.state(text::starting());
    for (;;) {
        if (live())
            continue;
        ++failures_;
        wait_before_retry();
    }
}

void Agent::wait_before_retry() {
    const auto delay = std::max(retry_delay(failures_), std::exchange(asked_delay_, 0ms));
    const auto deadline = Deadline::after(delay);
    while (!deadline.passed()) {
        // The lease is looked after meanwhile, and cables.
        if (network_)
            static_cast<void>(network_->wait_for_place(0ms));
        const std::chrono::milliseconds left(deadline.milliseconds_left());
        std::this_thread::sleep_for(std::min(left, kLookAtNetwork));
    }
}

Result<> Agent::live() {
    auto reached = reach_network();
    if (!reached) {
        screen_.problem(text::failed(reached.error()));
        return reached;
    }
    HeadConnection connection = DOLMEN_TRY(find_head());
    const rpc::Welcome welcome = DOLMEN_TRY(be_invited(connection));
    auto joined = join(connection, welcome);
    if (!joined)
        screen_.problem(text::failed(joined.error()));
    return joined;
}

Result<> Agent::reach_network() {
    if (options_.solo) {
        head_ = options_.head;
        return {};
    }
    if (!network_) {
        NetworkOptions wanted;
        if (!options_.address.empty())
            wanted.address = DOLMEN_TRY(net::parse_address(options_.address));
        wanted.boot_mac = mac_of_bootif(options_.bootif).value_or("");
        network_.emplace(DOLMEN_TRY(Network::create(std::move(wanted), screen_)));
    }
    const Place place = DOLMEN_TRY(network_->wait_for_place());
    mac_ = place.mac;
    head_ = !options_.head.empty()  ? options_.head
            : !place.server.empty() ? place.server
                                    : kUsualHead;
    const std::string line = text::looking(place.card, place.address.ip, head_);
    if (line != told_place_)
        screen_.state(line);
    told_place_ = line;
    return {};
}

Result<HeadConnection> Agent::find_head() {
    auto connection = HeadConnection::open(head_, options_.port, kConnect);
    if (connection)
        return connection;
    screen_.problem(text::head_silent(head_, connection.error()));
    // Who refuses is there: a head that starts.
    if (network_ && connection.error().code() != ECONNREFUSED)
        network_->look_elsewhere();
    return connection;
}

Result<rpc::Welcome> Agent::be_invited(HeadConnection& connection) {
    const kapi::Version version = DOLMEN_TRY(kernel_.version());
    const rpc::JoinRequest request{version.build, machine_.id,     mac_,
                                   machine_.cpus, machine_.memory, last_node_};
    auto answer = connection.ask(request);
    if (!answer) {
        screen_.problem(text::failed(answer.error()));
        return fail(std::move(answer.error()));
    }
    if (network_)
        network_->found_head();
    const auto* refused = std::get_if<rpc::Refused>(&*answer);
    if (refused == nullptr) {
        build_failures_ = 0;
        screen_.step(text::found(head_));
        return std::move(std::get<rpc::Welcome>(*answer));
    }
    asked_delay_ = std::chrono::seconds(refused->retry_seconds);
    if (refused->other_build && !options_.solo)
        change_build();
    else
        screen_.problem(text::refused(head_, refused->reason));
    return fail_text("refused");
}

void Agent::change_build() {
    screen_.step(text::other_build(head_));
    NextKernelOptions wanted;
    wanted.head = head_;
    wanted.own_build = options_.build;
    wanted.own = OwnArguments{mac_, options_.address};
    wanted.directory = options_.run_directory + "/next";
    const Error error = start_next_kernel(wanted, screen_);
    asked_delay_ = std::max(asked_delay_, next_kernel_delay(++build_failures_));
    screen_.problem(text::next_kernel_failed(error, asked_delay_));
}

Result<> Agent::join(HeadConnection& connection, const rpc::Welcome& welcome) {
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
        screen_.step(text::root_mounted());
    }
    const auto limit = kContainer * welcome.timeout_percent / 100;
    container.emplace(DOLMEN_TRY(Container::create(plan_container(welcome), kernel_, limit)));
    log::debug("the guest container is ready");
    {
        const JoinedSockets sockets = DOLMEN_TRY(connection.complete(welcome));
        DOLMEN_TRY(join_kernel(sockets, welcome));
    }
    // A head that has just started does not know who has which address.
    if (network_ && last_node_ != 0)
        network_->renew();
    last_node_ = welcome.node;
    failures_ = 0;
    screen_.state(text::joined(welcome.name, welcome.hostname));
    const std::string loss = DOLMEN_TRY(serve(*container));
    screen_.state(text::lost(loss));
    return {};
}

Result<> Agent::prepare_system(const rpc::Welcome& welcome) {
    DOLMEN_TRY(set_identity(welcome.name, machine_.id));
    DOLMEN_TRY(set_limits(welcome.sysctls));
    clocks_ = DOLMEN_TRY(measure_clocks(head_, options_.port));
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
    const auto now = measure_clocks(head_, options_.port);
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
        log::warning("{}", corrected.error().to_string());
}

Result<std::string> Agent::serve(const Container& container) {
    for (;;) {
        // poll(2) leaves out what is negative.
        std::array<pollfd, 3> entries = {pollfd{events_.fd(), POLLIN, 0},
                                         pollfd{container.pidfd(), POLLIN, 0},
                                         pollfd{network_ ? network_->fd() : -1, POLLIN, 0}};
        if (::poll(entries.data(), entries.size(), static_cast<int>(kLookAtRoles.count())) < 0 &&
            errno != EINTR)
            return fail_errno("wait for the loss of the head");
        if (entries[1].revents != 0)
            return std::string("the guest container has ended");
        if (DOLMEN_TRY(head_lost()))
            return std::string("the connection has ended");
        if (entries[2].revents != 0) {
            std::string change = DOLMEN_TRY(network_->check());
            if (!change.empty())
                return change;
        }
        keep_clock();
    }
}

}  // namespace dolmen::node
