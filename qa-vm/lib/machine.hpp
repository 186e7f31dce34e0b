// SPDX-License-Identifier: GPL-2.0-only
// Machine: one place in the cluster, with or without a running VM.
#pragma once

#include <base/loop.hpp>
#include <memory>
#include <optional>
#include <string>

#include "lib/agent_link.hpp"
#include "lib/console.hpp"
#include "lib/journal.hpp"
#include "lib/machine_spec.hpp"
#include "lib/switch.hpp"
#include "lib/vm.hpp"

namespace dolmen::qa {

enum class MachineState {
    kOff,
    kStarting,  // QEMU runs, the agent has not been heard of
    kReady,
    kFailed,  // QEMU has ended and nobody had asked for it
};

[[nodiscard]] const char* to_string(MachineState state);

/// The networks of a cluster.
struct Lans {
    Switch& lan;
    Switch* uplink;  // nullptr: there is no second one
};

class Machine {
  public:
    Machine(Loop& loop, const Lans& lans, Journal& journal, MachineSpec spec,
            std::string log_directory);
    ~Machine();
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    /// EALREADY: it is on.
    Result<> start();
    /// As pulling the plug.
    void kill();
    /// In order, through the agent; the plug is pulled if it has not gone off by then.
    void power_off();
    /// Pulls the cable of its first card, or puts it back: its system sees that too.
    void set_link(bool up);
    /// Text of its screen; a file is written into the directory of the logs for a moment.
    Result<std::string> screen();
    /// The screen as a picture (PNG).
    Result<> picture(const std::string& file);
    /// Presses and releases keys, one after the other: "p", "enter", "ctrl-alt-f2".
    Result<> press(const std::vector<std::string>& keys);
    /// Stops and continues its processor: a machine that hangs, not one that is off.
    Result<> set_paused(bool paused);

    [[nodiscard]] const MachineSpec& spec() const { return spec_; }
    [[nodiscard]] MachineState state() const { return state_; }
    /// nullptr unless it is ready.
    [[nodiscard]] AgentLink* agent();
    /// JSON object for "status".
    [[nodiscard]] std::string status() const;

  private:
    Result<> launch();
    void on_hello(double uptime);
    void on_qemu_end();
    void on_qmp();
    void on_reset();
    void connect_cards();
    Result<> execute(const std::string& command, const std::string& arguments = "");
    void drop_vm();

    Loop& loop_;
    Lans lans_;
    Journal& journal_;
    MachineSpec spec_;
    std::string log_directory_;
    Console console_;
    Fd error_file_;
    MachineState state_ = MachineState::kOff;
    std::string why_;  // kFailed: in words
    std::optional<Vm> vm_;
    std::unique_ptr<AgentLink> agent_;
    Switch::PortId port_ = 0;
    bool link_up_ = true;
    bool paused_ = false;
    Loop::Id exit_watch_ = 0;
    Loop::Id qmp_watch_ = 0;
    Loop::Id off_timer_ = 0;
    unsigned starts_ = 0;
    unsigned reboots_ = 0;      // resets of its own with Linux running, all in all
    unsigned boots_again_ = 0;  // ... before that: it found nothing to boot and tries again
    unsigned retries_ = 0;      // starts that died of the text patching fault, all in all
    bool retried_ = false;      // ... in the present start
    SteadyClock::time_point started_;
    SteadyClock::time_point last_reset_;
    double seconds_to_ready_ = 0;
    double uptime_at_ready_ = 0;
};

}  // namespace dolmen::qa
