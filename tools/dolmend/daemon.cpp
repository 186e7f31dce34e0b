// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/daemon.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "dolmend/nfs_clients.hpp"
#include "dolmend/session_cgroups.hpp"
#include "dolmend/view_mounts.hpp"
#include "model/name_list.hpp"

#include <fmt/core.h>
#include <sys/epoll.h>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

namespace dolmen::daemon {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kTick = 1s;

}  // namespace

Daemon::~Daemon() {
    loop_.remove(tick_timer_);
    loop_.remove(events_watch_);
}

Result<> Daemon::start(std::optional<kapi::EventSocket> events) {
    DOLMEN_TRY(make_directories(options_.run_directory));
    DOLMEN_TRY(take_head_role());
    load_lists();
    if (const auto mounted = mount_view(); !mounted)
        log::error("programs will not see the whole cluster: {}", mounted.error().to_string());
    background_ = DOLMEN_TRY(Background::create(loop_));
    events_ = std::move(events);
    if (events_)
        events_watch_ = DOLMEN_TRY(
            loop_.watch(events_->fd(), EPOLLIN, [this](std::uint32_t) { read_events(); }));
    const kapi::Version version = DOLMEN_TRY(kernel_.version());
    build_ = version.build;
    DOLMEN_TRY(serve_nodes(version.build));
    serve_network();
    ClientServer::Answers answers{[this] { return to_json(status()); },
                                  [this](char key) { return lan_->press(key); },
                                  [this](std::uint32_t node, bool on) { return drain(node, on); }};
    client_server_ = DOLMEN_TRY(ClientServer::create(loop_, log_, std::move(answers),
                                                     options_.run_directory + "/dolmend.sock"));
    tick_timer_ = loop_.every(kTick, [this] { tick(); });
    save();
    log::info("head of epoch {}, build {}, timeouts at {} percent; nodes may join at port {}",
              epoch_, version.build, options_.timeout_percent, options_.port);
    return {};
}

Result<> Daemon::serve_nodes(const std::string& build) {
    JoinServer::Parts parts{
        loop_,
        *background_,
        kernel_,
        cluster_,
        log_,
        read_head_facts,
        [this] { save(); },
        [this](std::uint32_t node) { return clearing_.contains(node); },
        [this](const std::string& mac) { machines_.joined(mac); },
        [this](const std::string& mac, const std::string& address, const std::string& why) {
            machines_.join_failed(mac, address, why, SteadyClock::now());
        }};
    join_server_ =
        DOLMEN_TRY(JoinServer::create(std::move(parts), {options_.listen, options_.port, epoch_,
                                                         options_.timeout_percent, build}));
    return {};
}

void Daemon::serve_network() {
    const bool serves = options_.lan != LanOption::kOff && options_.lan != LanOption::kDirect;
    if (serves)
        boot_watch_ = std::make_unique<BootWatch>(loop_, machines_, BootWatch::Places());
    // What the daemon before this one has known.
    for (const model::Node& node : cluster_.nodes()) {
        if (node.state == model::NodeState::kUp)
            machines_.joined(node.mac);
        else
            machines_.lost(node.mac, node.address, "it was away when dolmend was started",
                           SteadyClock::now());
    }
    lan_system_ = make_lan_system(options_.timeout_percent);
    LanService::Parts parts{
        loop_,
        *background_,
        *lan_system_,
        [this] { return machines_.builds_in_use(); },
        [this] {
            const auto nodes = cluster_.nodes();
            return std::any_of(nodes.begin(), nodes.end(), [](const auto& node) {
                return node.state != model::NodeState::kAway;
            });
        },
        [this](const NodeImage& image) { machines_.set_last_file(image.initrds.back()); },
        [this](const std::string& sentence) {
            log::info("{}", sentence);
            log_.add_now("lan", 0, sentence);
        }};
    LanService::Settings settings;
    settings.option = options_.lan;
    settings.timeout_percent = options_.timeout_percent;
    lan_ = LanService::start(std::move(parts), std::move(settings));
}

Status Daemon::status() const {
    return {DOLMEN_VERSION,
            build_,
            lan_->status(),
            cluster_.nodes(),
            machines_.machines(SteadyClock::now()),
            room_of("/"),
            login_user(kLoginFile)};
}

// A new daemon of a kernel that is the head already goes on with what the old
// one has written down; under a new kernel only ids and names are kept.
Result<> Daemon::take_head_role() {
    std::uint64_t old_epoch = 0;
    if (const auto state = read_file(options_.state_file)) {
        std::istringstream text(*state);
        std::string line;
        std::getline(text, line);
        std::istringstream(line) >> old_epoch;
        const auto rest = state->find('\n');
        auto cluster =
            model::Cluster::parse(rest == std::string::npos ? "" : state->substr(rest + 1));
        if (cluster)
            cluster_ = std::move(*cluster);
        else
            log::warning("{}: {}; node names may change", options_.state_file,
                         cluster.error().to_string());
    }
    epoch_ = static_cast<std::uint64_t>(clock_nanoseconds(CLOCK_REALTIME));
    auto role = kernel_.become_head(epoch_, options_.timeout_percent);
    if (!role && role.error().code() == EBUSY && old_epoch != 0) {
        epoch_ = old_epoch;
        return {};
    }
    if (!role)
        return fail(std::move(role.error())
                        .hint("is another dolmend running? else load the module \"dolmen\" anew"));
    for (const model::Node& node : cluster_.nodes())
        static_cast<void>(cluster_.set_state(node.id, model::NodeState::kAway));
    return {};
}

void Daemon::save() {
    const auto saved = write_file_atomically(options_.state_file,
                                             fmt::format("{}\n{}", epoch_, cluster_.to_text()));
    if (!saved)
        log::warning("keep the node table: {}", saved.error().to_string());
}

void Daemon::load_names(dolmen_list list, const std::string& file) {
    const std::string path = options_.config_directory + "/" + file;
    const auto text = read_file(path);
    auto names = text ? model::parse_names(*text)
                      : Result<std::vector<std::string>>(tl::unexpect, text.error());
    if (!names) {
        log::error("{}: {}", path, names.error().to_string());
        return;
    }
    const auto set = kernel_.set_list(list, *names);
    if (!set)
        log::error("{}: {}", path, set.error().to_string());
}

void Daemon::load_sessions() {
    std::vector<std::string> present;
    for (const std::string& path : options_.sessions) {
        const auto made = ensure_cgroup(kCgroupRoot, path);
        if (made)
            present.push_back(path);
        else
            log::error("programs in {} will not spread: {}", path, made.error().to_string());
    }
    const auto set = kernel_.set_list(DOLMEN_LIST_SESSION_CGROUPS, present);
    if (!set)
        log::error("{}", set.error().to_string());
}

void Daemon::load_lists() {
    load_names(DOLMEN_LIST_SPREAD_NAMES, "spread.list");
    load_names(DOLMEN_LIST_STAY_NAMES, "stay.list");
    load_sessions();
}

void Daemon::tick() {
    const auto nodes = kernel_.nodes();
    if (!nodes) {
        if (!tick_failed_)
            log::error("{}", nodes.error().to_string());
        tick_failed_ = true;
        return;
    }
    tick_failed_ = false;
    std::vector<sched::Capacity> machines;
    std::set<std::uint32_t> up;
    for (const dolmen_node_info& node : *nodes) {
        if (node.state != DOLMEN_NODE_UP)
            continue;
        up.insert(node.node);
        machines.push_back({node.node, node.cpus, node.memory, node.memory_free});
    }
    sched::Weights wanted = sched::compute_weights(machines);
    for (const std::uint32_t node : drained_)
        if (const auto weight = wanted.find(node); weight != wanted.end())
            weight->second = 0;
    for (const auto& [node, weight] : wanted) {
        const auto before = weights_.find(node);
        if (before != weights_.end() && before->second == weight)
            continue;
        const auto set = kernel_.set_weight(node, weight);
        // ENODEV: it died since the list was made, and the next tick knows.
        if (!set && set.error().code() != ENODEV)
            log::warning("{}", set.error().to_string());
    }
    weights_ = wanted;
    for (const model::Node& node : cluster_.nodes())
        if (node.state == model::NodeState::kUp && !up.contains(node.id))
            clear_away(node.id, "no longer up");
}

void Daemon::read_events() {
    const auto events = events_->read();
    if (!events) {
        log::warning("{}", events.error().to_string());
        return;
    }
    for (const kapi::Event& event : *events)
        handle(event);
}

void Daemon::handle(const kapi::Event& event) {
    log_.add({event.time_ns, kapi::event_text(event.kind), event.node, event.pid, event.text});
    const model::Node* node = cluster_.find(event.node);
    // One that is preparing has begun again: its old NFS state ends with its new.
    if (event.kind == DOLMEN_EVENT_NODE_DEAD && node != nullptr &&
        node->state == model::NodeState::kUp)
        clear_away(event.node, event.text);
}

Result<> Daemon::drain(std::uint32_t node, bool on) {
    const model::Node* known = cluster_.find(node);
    if (node == 0 || known == nullptr || known->state != model::NodeState::kUp)
        return fail_errno(fmt::format("drain node {}", node), ENODEV);
    on ? static_cast<void>(drained_.insert(node)) : static_cast<void>(drained_.erase(node));
    log::info("node{} {}", node, on ? "is drained: nothing new is placed there" : "is used again");
    tick();  // nothing may be placed there any more when the answer comes
    return {};
}

void Daemon::clear_away(std::uint32_t node, const std::string& why) {
    log::warning("node{} is gone: {}", node, why);
    weights_.erase(node);
    drained_.erase(node);
    static_cast<void>(cluster_.set_state(node, model::NodeState::kAway));
    save();
    clearing_.insert(node);
    const std::string address = cluster_.find(node)->address;
    machines_.lost(cluster_.find(node)->mac, address, why, SteadyClock::now());
    background_->run([address] { return expire_nfs_clients(kNfsClients, address); },
                     [this, node](const Result<>& outcome) {
                         clearing_.erase(node);
                         if (!outcome)
                             log::warning("end the files of node{}: {}", node,
                                          outcome.error().to_string());
                     });
}

}  // namespace dolmen::daemon
