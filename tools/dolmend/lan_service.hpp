// SPDX-License-Identifier: GPL-2.0-only
// LanService: finds out who serves the networks of this head, takes a place in one of
// them where that disturbs nobody, and boots machines there (docs/lan.md). Whatever goes
// wrong is one sentence in its status, and is tried again.
#pragma once

#include "base/loop.hpp"
#include "dolmend/background.hpp"
#include "dolmend/lan_network.hpp"
#include "dolmend/lan_system.hpp"
#include "dolmend/node_image.hpp"
#include "dolmend/options.hpp"
#include "model/lan_plan.hpp"
#include "net/address_check.hpp"
#include "net/dhcp_probe.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <set>

namespace dolmen::daemon {

struct LanStatus {
    std::string mode;  // "off", "proxy", "full", "direct", "probing"
    std::string interface;
    std::string address;  // "10.77.0.1/24"; empty: none of ours
    std::string reason;
    std::vector<model::LanKey> keys;
};

class LanService {
  public:
    struct Settings {
        LanOption option = LanOption::kAuto;
        std::uint32_t timeout_percent = 100;
        CardPlaces cards;
        std::string node_image = kNodeImageDirectory;
        pxe::Sources loaders = pxe::debian_loaders();
        pxe::BootPlan boot;  // where the servers' files go
        net::DhcpProbe::Settings probe;
        // How long cards may take to find their link, at 100 percent.
        std::chrono::milliseconds link_wait{5000};
        // When servers that have come late are looked for, after the start of ours. A
        // switch may keep what is plugged in apart for half a minute.
        std::vector<std::chrono::seconds> guards{std::chrono::seconds{10}, std::chrono::seconds{20},
                                                 std::chrono::seconds{30}};
        std::chrono::seconds guard_period{300};
    };
    // All outlive it.
    struct Parts {
        Loop& loop;
        Background& background;
        LanSystem& system;
        std::function<std::set<std::string>()> builds_in_use;  // what nodes run or load
        std::function<bool()> has_nodes;
        std::function<void(const NodeImage&)> published;
        std::function<void(const std::string& sentence)> tell;  // each time it is another one
    };

    static std::unique_ptr<LanService> start(Parts parts, Settings settings);
    ~LanService();
    LanService(const LanService&) = delete;
    LanService& operator=(const LanService&) = delete;

    LanStatus status() const;
    // One of the keys of the status. EINVAL, EBUSY.
    Result<> press(char key);

  private:
    enum class Phase {
        kIdle,      // nothing to do, for ever
        kLooking,   // for cards with a link
        kProbing,   // for servers on them
        kChecking,  // whether our address is free
        kApplying,  // in the background
        kSettled,
    };

    LanService(Parts parts, Settings settings)
        : parts_(std::move(parts)), settings_(std::move(settings)) {}
    std::chrono::milliseconds scaled(std::chrono::milliseconds span) const;
    void begin();
    void tick();
    void switch_on_new();
    void look();
    void ask(const std::vector<LanCard>& cards);
    void heard(std::vector<net::NicAnswers> answers);
    std::vector<model::LanNic> found() const;
    void check(const std::string& interface, std::vector<model::LanNic> nics);
    void settle(const model::LanPlan& plan);
    void settle_off(const model::LanPlan& plan);
    void settle_serving(const model::LanPlan& plan);
    void take_direct(const LanCard& card);
    void done(const model::LanPlan& plan);
    void fail_for_now(const std::string& why);
    void watch();
    void watch_nothing();
    void watch_lease();
    void watch_servers();
    std::chrono::seconds next_guard();
    void guard();
    void guard_heard(std::vector<net::NicAnswers> answers);
    void say(const std::string& sentence);

    Parts parts_;
    Settings settings_;
    Phase phase_ = Phase::kIdle;
    Loop::Id timer_ = 0;
    Loop::Id first_tick_ = 0;
    std::vector<LanCard> cards_;
    std::set<int> switched_on_;
    SteadyClock::time_point look_until_;
    std::set<int> asked_;  // cards that were asked since they have their link
    std::vector<net::NicAnswers> answers_;
    std::unique_ptr<net::DhcpProbe> probe_;
    std::unique_ptr<net::AddressCheck> address_check_;
    model::LanWish wish_;
    model::LanPlan plan_;  // what was decided last
    bool direct_ = false;  // plan_ is one of kDirect
    std::string build_;    // what was published last
    std::string failure_;  // why plan_ is not in effect; empty: it is
    SteadyClock::time_point retry_at_;
    std::chrono::seconds retry_after_{0};
    SteadyClock::time_point guard_at_;
    std::size_t guards_done_ = 0;
    unsigned absences_ = 0;  // times that a server was found not to run
    std::string said_;
};

}  // namespace dolmen::daemon
