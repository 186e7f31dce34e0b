// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/lan_service.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "dolmend/lan_wish.hpp"

#include <fmt/core.h>
#include <algorithm>

namespace dolmen::daemon {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kTick = 500ms;
// A server that is started again after a failure is away for a moment.
constexpr unsigned kMostAbsences = 10;
constexpr std::chrono::seconds kFirstRetry = 10s;
constexpr std::chrono::seconds kLastRetry = 60s;

const char* mode_text(model::LanMode mode) {
    switch (mode) {
        case model::LanMode::kFull:
            return "full";
        case model::LanMode::kProxy:
            return "proxy";
        case model::LanMode::kOff:
            break;
    }
    return "off";
}

std::string wish_path(const pxe::BootPlan& boot) {
    return boot.run_directory + "/lan.wish";
}

model::LanWish first_wish(const LanService::Settings& settings) {
    if (settings.option == LanOption::kProxy)
        return {model::LanWish::Kind::kProxy, ""};
    if (settings.option == LanOption::kFull)
        return {model::LanWish::Kind::kFull, ""};
    const auto text = read_file(wish_path(settings.boot));
    const auto wish = text ? parse_wish(*text) : Result<model::LanWish>();
    return wish.value_or(model::LanWish());
}

std::vector<net::OwnAddress> read_own_addresses() {
    auto own = net::own_addresses();
    if (!own)
        log::warning("{}", own.error().to_string());
    return own.value_or(std::vector<net::OwnAddress>());
}

}  // namespace

std::unique_ptr<LanService> LanService::start(Parts parts, Settings settings) {
    std::unique_ptr<LanService> service(new LanService(std::move(parts), std::move(settings)));
    LanService* self = service.get();
    if (self->settings_.option == LanOption::kOff) {
        self->plan_.reason = "The networks of this machine are left alone: \"lan\" is \"off\".";
        return service;
    }
    if (const auto made = make_directories(self->settings_.boot.run_directory); !made)
        log::warning("{}", made.error().to_string());
    self->wish_ = first_wish(self->settings_);
    self->settings_.probe.machine = machine_uuid();
    self->timer_ = self->parts_.loop.every(kTick, [self] { self->tick(); });
    self->begin();
    // At once, but not from here: programs that it starts must not speak to systemd for us.
    self->first_tick_ = self->parts_.loop.after(0ms, [self] { self->tick(); });
    return service;
}

LanService::~LanService() {
    parts_.loop.remove(first_tick_);
    parts_.loop.remove(timer_);
}

std::chrono::milliseconds LanService::scaled(std::chrono::milliseconds span) const {
    return span * settings_.timeout_percent / 100;
}

// All over again; what is served goes on meanwhile.
void LanService::begin() {
    probe_.reset();
    address_check_.reset();
    if (plan_.mode == model::LanMode::kOff)
        plan_ = {};
    direct_ = false;
    phase_ = Phase::kLooking;
    look_until_ = SteadyClock::now() + scaled(settings_.link_wait);
}

void LanService::tick() {
    if (phase_ == Phase::kIdle)
        return;
    auto cards = find_cards(settings_.cards);
    if (!cards) {
        if (failure_.empty())
            fail_for_now(cards.error().to_string());
        return;
    }
    cards_ = std::move(*cards);
    switch_on_new();
    std::erase_if(asked_, [this](int index) {
        return std::none_of(cards_.begin(), cards_.end(), [index](const LanCard& card) {
            return card.nic.index == index && card.can_be_asked();
        });
    });
    if (phase_ == Phase::kLooking)
        look();
    else if (phase_ == Phase::kSettled)
        watch();
}

// Once: a card that fails would tell so in the kernel's log each time, and one that somebody
// switches off again stays off.
void LanService::switch_on_new() {
    for (const LanCard& card : cards_) {
        if (!card.wired || card.on || !switched_on_.insert(card.nic.index).second)
            continue;
        if (const auto done = switch_on(card); !done)
            log::warning("{}: {}", card.nic.name, done.error().to_string());
    }
}

void LanService::look() {
    std::vector<LanCard> linked;
    std::copy_if(cards_.begin(), cards_.end(), std::back_inserter(linked),
                 [](const LanCard& card) { return card.can_be_asked(); });
    const bool all = std::all_of(cards_.begin(), cards_.end(),
                                 [](const LanCard& card) { return !card.wired || card.has_link; });
    if ((!all || linked.empty()) && SteadyClock::now() < look_until_)
        return;
    if (linked.empty()) {
        // Goes on looking: a cable may be plugged in at any time.
        failure_.clear();
        plan_ = model::plan_lan({to_lan_nics(cards_, {}, {}), wish_});
        say(plan_.reason);
    } else if (settings_.option == LanOption::kDirect) {
        take_direct(linked.front());
    } else {
        ask(linked);
    }
}

void LanService::ask(const std::vector<LanCard>& cards) {
    phase_ = Phase::kProbing;
    std::vector<net::Nic> nics;
    asked_.clear();
    for (const LanCard& card : cards) {
        nics.push_back(card.nic);
        asked_.insert(card.nic.index);
    }
    auto probe = net::DhcpProbe::start(parts_.loop, nics, settings_.probe,
                                       [this](auto answers) { heard(std::move(answers)); });
    if (probe)
        probe_ = std::move(*probe);
    else
        fail_for_now(probe.error().to_string());
}

void LanService::heard(std::vector<net::NicAnswers> answers) {
    probe_.reset();
    answers_ = std::move(answers);
    auto nics = found();
    const auto plan = model::plan_lan({nics, wish_});
    if (plan.mode == model::LanMode::kFull)
        check(plan.interface, std::move(nics));
    else
        settle(plan);
}

std::vector<model::LanNic> LanService::found() const {
    const auto own = read_own_addresses();
    return keep_own_place(to_lan_nics(cards_, answers_, own), cards_, own);
}

// Which of our addresses others have on the card that was chosen.
void LanService::check(const std::string& interface, std::vector<model::LanNic> nics) {
    phase_ = Phase::kChecking;
    auto started = net::AddressCheck::start(
        parts_.loop, interface, model::head_addresses(),
        [this, interface, nics = std::move(nics)](Result<std::vector<Ipv4>> taken) mutable {
            address_check_.reset();
            if (!taken)
                return fail_for_now(fmt::format("which addresses are free on {}: {}", interface,
                                                taken.error().to_string()));
            // Another card of this machine may have answered for it.
            for (const net::OwnAddress& own : read_own_addresses())
                std::erase(*taken, own.network.address);
            for (model::LanNic& nic : nics)
                if (nic.name == interface)
                    nic.taken.insert(nic.taken.end(), taken->begin(), taken->end());
            settle(model::plan_lan({nics, wish_}));
        });
    if (started)
        address_check_ = std::move(*started);
    else
        fail_for_now(std::move(started.error())
                         .context("which addresses are free")
                         .hint("is the package iputils-arping installed?")
                         .to_string());
}

void LanService::settle(const model::LanPlan& plan) {
    if (plan.mode == model::LanMode::kOff)
        settle_off(plan);
    else
        settle_serving(plan);
}

void LanService::settle_off(const model::LanPlan& plan) {
    phase_ = Phase::kApplying;
    // Nodes that are up keep their root, unless the owner wants something else.
    const bool keep = parts_.has_nodes() && wish_.kind != model::LanWish::Kind::kProxy;
    parts_.background.run(
        [&system = parts_.system, keep]() -> Result<> {
            DOLMEN_TRY(system.stop_servers());
            if (keep)
                return {};
            DOLMEN_TRY(system.withdraw_root());
            return system.leave_address();
        },
        [this, plan](const Result<>& outcome) {
            if (!outcome)
                log::warning("stop serving the network: {}", outcome.error().to_string());
            done(plan);
        });
}

void LanService::settle_serving(const model::LanPlan& plan) {
    auto image = read_node_image(settings_.node_image);
    if (!image)
        return fail_for_now(image.error().to_string());
    pxe::BootPlan boot = to_boot_plan(plan, *image, settings_.timeout_percent, settings_.boot);
    for (const LanCard& card : cards_)
        boot.not_served.push_back(net::to_string(card.nic.mac));
    const pxe::BootSources sources{image->files, settings_.loaders};
    phase_ = Phase::kApplying;
    parts_.background.run(
        [&system = parts_.system, plan, boot, sources,
         in_use = parts_.builds_in_use()]() -> Result<> {
            // Whoever waits for this address finds the root behind it.
            DOLMEN_TRY(system.export_root(plan.address));
            if (plan.mode == model::LanMode::kFull)
                DOLMEN_TRY(system.set_address(plan.interface, plan.address));
            else
                DOLMEN_TRY(system.leave_address());
            DOLMEN_TRY(pxe::publish(boot, sources, in_use));
            return system.start_servers();
        },
        [this, plan, image = *image](const Result<>& outcome) {
            if (!outcome)
                return fail_for_now(outcome.error().to_string());
            build_ = image.build;
            parts_.published(image);
            done(plan);
        });
}

void LanService::take_direct(const LanCard& card) {
    phase_ = Phase::kApplying;
    model::LanPlan plan;
    plan.interface = card.nic.name;
    plan.address = {model::head_addresses().front(), 24};
    plan.reason = fmt::format("This head is {} on {} and serves nothing: \"lan\" is \"direct\".",
                              plan.address.to_string(), plan.interface);
    parts_.background.run(
        [&system = parts_.system, plan]() -> Result<> {
            DOLMEN_TRY(system.export_root(plan.address));
            return system.set_address(plan.interface, plan.address);
        },
        [this, plan](const Result<>& outcome) {
            if (!outcome)
                return fail_for_now(outcome.error().to_string());
            direct_ = true;
            done(plan);
        });
}

void LanService::done(const model::LanPlan& plan) {
    plan_ = plan;
    failure_.clear();
    retry_after_ = 0s;
    absences_ = 0;
    guards_done_ = 0;
    guard_at_ = SteadyClock::now() + next_guard();
    phase_ = Phase::kSettled;
    say(plan_.reason);
}

std::chrono::seconds LanService::next_guard() {
    return guards_done_ < settings_.guards.size() ? settings_.guards[guards_done_++]
                                                  : settings_.guard_period;
}

void LanService::fail_for_now(const std::string& why) {
    phase_ = Phase::kSettled;
    failure_ = fmt::format("No machine can be booted now: {}", why);
    retry_after_ = std::clamp(2 * retry_after_, kFirstRetry, kLastRetry);
    retry_at_ = SteadyClock::now() + retry_after_;
    say(failure_);
}

void LanService::watch() {
    if (!failure_.empty()) {
        if (SteadyClock::now() >= retry_at_)
            begin();
    } else if (direct_) {
        return;
    } else if (plan_.mode == model::LanMode::kOff) {
        watch_nothing();
    } else {
        watch_servers();
    }
}

void LanService::watch_nothing() {
    const bool fresh = std::any_of(cards_.begin(), cards_.end(), [this](const LanCard& card) {
        return card.can_be_asked() && !asked_.contains(card.nic.index);
    });
    if (fresh)
        begin();
    else
        watch_lease();
}

// A proxy has the address that another server gives to this machine, once it does.
void LanService::watch_lease() {
    if (wish_.kind != model::LanWish::Kind::kProxy)
        return;
    const auto plan = model::plan_lan({found(), wish_});
    if (plan.mode == model::LanMode::kProxy && plan.address != plan_.address)
        settle_serving(plan);
}

void LanService::watch_servers() {
    watch_lease();
    if (phase_ != Phase::kSettled)
        return;
    const auto image = read_node_image(settings_.node_image);
    if (image && image->build != build_)
        return settle_serving(plan_);
    if (!parts_.system.servers_run() && ++absences_ >= kMostAbsences) {
        phase_ = Phase::kApplying;
        absences_ = 0;
        return parts_.background.run([&system = parts_.system] { return system.check_servers(); },
                                     [this](const Result<>& outcome) {
                                         if (!outcome)
                                             return fail_for_now(outcome.error().to_string());
                                         phase_ = Phase::kSettled;
                                     });
    }
    if (plan_.mode == model::LanMode::kFull)
        guard();
}

// Somebody else may serve the network by now: a switch has let us through at last, a
// router was plugged in, or our own cable was moved.
void LanService::guard() {
    const auto now = SteadyClock::now();
    const auto card = std::find_if(cards_.begin(), cards_.end(), [this](const LanCard& candidate) {
        return candidate.nic.name == plan_.interface && candidate.can_be_asked();
    });
    if (card == cards_.end()) {
        probe_.reset();
        guards_done_ = 0;
        guard_at_ = now;
    } else if (now >= guard_at_ && !probe_) {
        guard_at_ = now + next_guard();
        absences_ = 0;
        auto probe = net::DhcpProbe::start(parts_.loop, {card->nic}, settings_.probe,
                                           [this](auto heard) { guard_heard(std::move(heard)); });
        if (probe)
            probe_ = std::move(*probe);
        else
            log::warning("look for other DHCP servers: {}", probe.error().to_string());
    }
}

void LanService::guard_heard(std::vector<net::NicAnswers> answers) {
    probe_.reset();
    if (answers.size() != 1 || answers.front().answers.empty())
        return;
    if (phase_ != Phase::kSettled) {
        guard_at_ = SteadyClock::now();
        return;
    }
    log::warning("another server answers on {}", plan_.interface);
    std::erase_if(answers_, [&](const net::NicAnswers& old) {
        return old.interface == answers.front().interface;
    });
    answers_.push_back(std::move(answers.front()));
    heard(std::move(answers_));
}

Result<> LanService::press(char key) {
    if (phase_ == Phase::kProbing || phase_ == Phase::kChecking || phase_ == Phase::kApplying)
        return fail_errno("the networks are being searched: try again in some seconds", EBUSY);
    const auto keys = status().keys;
    const auto found =
        std::find_if(keys.begin(), keys.end(), [key](const auto& one) { return one.key == key; });
    if (found == keys.end())
        return fail_errno(fmt::format("key \"{}\" does nothing now", key), EINVAL);
    wish_ = found->wish;
    if (const auto kept = write_file_atomically(wish_path(settings_.boot), to_text(wish_)); !kept)
        log::warning("a restart will forget the key: {}", kept.error().to_string());
    log::info("key {}: {}", key, found->text);
    begin();
    return {};
}

LanStatus LanService::status() const {
    LanStatus status;
    status.mode = mode_text(plan_.mode);
    status.reason = plan_.reason;
    if (direct_)
        status.mode = "direct";
    if (direct_ || plan_.mode != model::LanMode::kOff) {
        status.interface = plan_.interface;
        status.address = plan_.address.to_string();
    }
    if (!failure_.empty()) {
        status.mode = "off";
        status.reason = failure_;
    } else if (plan_.reason.empty()) {
        status.mode = "probing";
        status.reason = phase_ == Phase::kApplying ? "The network is being set up."
                                                   : "Looking for DHCP servers on the networks.";
    } else {
        status.keys = plan_.keys;
    }
    return status;
}

void LanService::say(const std::string& sentence) {
    if (sentence == said_)
        return;
    said_ = sentence;
    parts_.tell(sentence);
}

}  // namespace dolmen::daemon
