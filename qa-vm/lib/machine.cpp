// SPDX-License-Identifier: GPL-2.0-only
#include "lib/machine.hpp"

#include <fcntl.h>
#include <fmt/ranges.h>
#include <sys/epoll.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "lib/boot_stage.hpp"
#include "lib/screen.hpp"

namespace dolmen::qa {
namespace {

// A Debian system under TCG needs some seconds to go down.
constexpr std::chrono::milliseconds kPowerOffDeadline{60000};
// SeaBIOS resets the machine once more when it has been entered by a reset.
constexpr std::chrono::milliseconds kFirmwareReset{3000};

}  // namespace

const char* to_string(MachineState state) {
    switch (state) {
        case MachineState::kOff:
            return "off";
        case MachineState::kStarting:
            return "starting";
        case MachineState::kReady:
            return "ready";
        case MachineState::kFailed:
            return "failed";
    }
    return "";
}

Machine::Machine(Loop& loop, const Lans& lans, Journal& journal, MachineSpec spec,
                 std::string log_directory)
    : loop_(loop),
      lans_(lans),
      journal_(journal),
      spec_(std::move(spec)),
      log_directory_(std::move(log_directory)),
      console_(spec_.console_file) {}

Machine::~Machine() {
    drop_vm();
}

Result<> Machine::start() {
    if (vm_) {
        return fail_errno(spec_.name, EALREADY);
    }
    retried_ = false;
    return launch();
}

Result<> Machine::launch() {
    ++starts_;
    DOLMEN_TRY(console_.mark_start(fmt::format("{} start {}", spec_.name, starts_)));
    error_file_ = DOLMEN_TRY(
        open_file(log_directory_ + "/" + spec_.name + ".qemu", O_WRONLY | O_CREAT | O_APPEND));
    DOLMEN_TRY(write_all(error_file_.get(),
                         fmt::format("{}\n", fmt::join(qemu_command(spec_, {3, 4, 5, 6}), " "))));
    vm_ = DOLMEN_TRY(Vm::start(spec_, error_file_.get()));
    started_ = SteadyClock::now();
    state_ = MachineState::kStarting;
    why_.clear();
    paused_ = false;
    journal_.note("{}: start {}, QEMU pid {}", spec_.name, starts_, vm_->pid());
    connect_cards();
    agent_ = std::make_unique<AgentLink>(loop_, vm_->take_agent(),
                                         [this](double uptime) { on_hello(uptime); });
    exit_watch_ =
        DOLMEN_TRY(loop_.watch(vm_->pidfd(), EPOLLIN, [this](std::uint32_t) { on_qemu_end(); }));
    if (has_firmware(spec_)) {
        DOLMEN_TRY(vm_->qmp().begin());
        qmp_watch_ =
            DOLMEN_TRY(loop_.watch(vm_->qmp().fd(), EPOLLIN, [this](std::uint32_t) { on_qmp(); }));
    }
    return {};
}

void Machine::connect_cards() {
    port_ = lans_.lan.add_port(vm_->take_lan());
    if (Fd uplink = vm_->take_uplink(); uplink && lans_.uplink != nullptr) {
        lans_.uplink->add_port(std::move(uplink));
    }
    if (!link_up_) {
        set_link(false);
    }
}

void Machine::on_qmp() {
    if (!vm_ || qmp_watch_ == 0) {
        return;
    }
    const Result<std::vector<std::string>> events = vm_->qmp().take_events();
    if (!events) {
        loop_.remove(std::exchange(qmp_watch_, 0));  // its end is seen otherwise
        return;
    }
    for (const std::string& text : *events) {
        const nlohmann::json event = nlohmann::json::parse(text, nullptr, false);
        const nlohmann::json data = event.value("data", nlohmann::json::object());
        if (event.value("event", "") == "RESET" && data.value("guest", false)) {
            on_reset();
        }
    }
}

// The machine has reset itself: its firmware has found nothing to boot, or its system wanted to.
void Machine::on_reset() {
    const std::string text = console_.since_start();
    const auto now = SteadyClock::now();
    const bool firmware_again = !has_run_linux(text) && now - last_reset_ < kFirmwareReset;
    last_reset_ = now;
    if (firmware_again) {
        return;
    }
    std::string words;
    if (!has_run_linux(text)) {
        words = fmt::format("its firmware starts anew ({})", ++boots_again_);
    } else if (is_text_patching_fault(text) && !retried_) {
        retried_ = true;
        words = fmt::format("died of the known text patching fault ({})", ++retries_);
    } else {
        words = fmt::format("reboots by itself ({})", ++reboots_);
    }
    journal_.note("{}: {}", spec_.name, words);
    static_cast<void>(console_.mark_start(fmt::format("{}: {}", spec_.name, words)));
    agent_->start_anew();
    state_ = MachineState::kStarting;
    started_ = SteadyClock::now();
}

void Machine::on_hello(double uptime) {
    state_ = MachineState::kReady;
    uptime_at_ready_ = uptime;
    seconds_to_ready_ = std::chrono::duration<double>(SteadyClock::now() - started_).count();
    journal_.note("{}: the agent answers {:.1f} s after the start, uptime {:.1f} s", spec_.name,
                  seconds_to_ready_, uptime);
}

void Machine::on_qemu_end() {
    const Result<ExitStatus> status = vm_->wait();
    const std::string words = status ? status->to_string() : status.error().to_string();
    const bool was_starting = state_ == MachineState::kStarting;
    const bool wanted = off_timer_ != 0;
    drop_vm();
    const std::string text = console_.since_start();
    if (was_starting && !retried_ && is_text_patching_fault(text)) {
        retried_ = true;
        ++retries_;
        journal_.note("{}: died of the known text patching fault, started once more", spec_.name);
        if (launch()) {
            return;
        }
    }
    const std::optional<std::string> fault = find_kernel_fault(text);
    const bool failed = fault || !status || !status->success() || (was_starting && !wanted);
    state_ = failed ? MachineState::kFailed : MachineState::kOff;
    why_ = !failed ? "" : fault ? *fault : "QEMU ended: " + words;
    journal_.note("{}: QEMU ended ({}) {}", spec_.name, words, why_);
}

void Machine::drop_vm() {
    loop_.remove(std::exchange(off_timer_, 0));
    loop_.remove(std::exchange(exit_watch_, 0));
    loop_.remove(std::exchange(qmp_watch_, 0));
    agent_.reset();
    vm_.reset();  // kills and reaps it if it still runs; its port leaves the switch by itself
}

void Machine::kill() {
    if (vm_) {
        journal_.note("{}: killed", spec_.name);
    }
    drop_vm();
    state_ = MachineState::kOff;
}

void Machine::power_off() {
    if (!vm_) {
        return;
    }
    if (agent() == nullptr) {
        kill();
        return;
    }
    Request request;
    request.kind = RequestKind::kPowerOff;
    agent()->open_stream(to_json(request), [](const Frame&) {});
    off_timer_ = loop_.after(kPowerOffDeadline, [this] {
        journal_.note("{}: did not go off in time", spec_.name);
        off_timer_ = 0;
        kill();
    });
}

void Machine::set_link(bool up) {
    link_up_ = up;
    lans_.lan.set_cut(port_, !up);
    journal_.note("{}: link {}", spec_.name, up ? "up" : "cut");
    if (!vm_) {
        return;
    }
    const Result<> told =
        execute("set_link", nlohmann::json{{"name", kLanBackend}, {"up", up}}.dump());
    if (!told) {
        journal_.note("{}: its card does not see that: {}", spec_.name, told.error().to_string());
    }
}

Result<> Machine::execute(const std::string& command, const std::string& arguments) {
    if (!vm_) {
        return fail_text(spec_.name + " is off");
    }
    const Result<std::string> answer = vm_->qmp().execute(command, arguments);
    on_qmp();  // what has come before the answer
    return answer ? Result<>{} : fail(answer.error());
}

Result<std::string> Machine::screen() {
    if (!vm_ || !has_firmware(spec_)) {
        return fail_text(spec_.name + (vm_ ? " has no screen: it is started directly" : " is off"));
    }
    Result<std::string> text =
        read_text_screen(vm_->qmp(), log_directory_ + "/" + spec_.name, paused_);
    on_qmp();
    return text;
}

Result<> Machine::picture(const std::string& file) {
    return execute("screendump", nlohmann::json{{"filename", file}, {"format", "png"}}.dump());
}

Result<> Machine::press(const std::vector<std::string>& keys) {
    for (const std::string& key : keys) {
        const std::string arguments = DOLMEN_TRY(key_arguments(key));
        DOLMEN_TRY(execute("send-key", arguments));
        journal_.note("{}: key {}", spec_.name, key);
    }
    return {};
}

Result<> Machine::set_paused(bool paused) {
    DOLMEN_TRY(execute(paused ? "stop" : "cont"));
    paused_ = paused;
    journal_.note("{}: {}", spec_.name, paused ? "paused" : "continues");
    return {};
}

AgentLink* Machine::agent() {
    return state_ == MachineState::kReady ? agent_.get() : nullptr;
}

std::string Machine::status() const {
    return nlohmann::json{{"name", spec_.name},
                          {"state", to_string(state_)},
                          {"why", why_},
                          {"pid", vm_ ? vm_->pid() : 0},
                          {"memory_mb", spec_.memory_mb},
                          {"mac", mac_address(spec_.number)},
                          {"starts", starts_},
                          {"retries", retries_},
                          {"reboots", reboots_},
                          {"boots_again", boots_again_},
                          {"boot", to_string(spec_.boot)},
                          {"nic", to_string(spec_.nic)},
                          {"number", spec_.number},
                          {"disk", spec_.disk},
                          {"seconds_to_ready", seconds_to_ready_},
                          {"uptime_at_ready", uptime_at_ready_},
                          {"console", console_.path()}}
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace dolmen::qa
