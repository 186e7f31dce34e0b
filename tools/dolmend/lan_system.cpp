// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/lan_system.hpp"

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/process.hpp"
#include "dolmend/lan_files.hpp"
#include "net/addresses.hpp"

#include <fmt/core.h>
#include <net/if.h>
#include <unistd.h>
#include <algorithm>
#include <thread>

namespace dolmen::daemon {
namespace {

using namespace std::chrono_literals;

// Not kept over a start of the machine, and before the files of /etc by its name.
constexpr const char* kNetworkDirectory = "/run/systemd/network";
constexpr const char* kNetworkFile = "/run/systemd/network/10-dolmen-lan.network";
constexpr const char* kExportsDirectory = "/etc/exports.d";
constexpr const char* kExportsFile = "/etc/exports.d/dolmen.exports";

constexpr const char* kTarget = "dolmen-lan.target";
constexpr const char* kDnsmasq = "dolmen-dnsmasq.service";
constexpr const char* kNginx = "dolmen-nginx.service";

// At 100 percent. systemctl waits for the unit.
constexpr std::chrono::milliseconds kCommand = 30s;
constexpr std::chrono::milliseconds kAddress = 10s;
constexpr std::chrono::milliseconds kLook = 50ms;

Result<bool> has_address(const std::string& interface, const Ipv4Network& wanted) {
    const auto index = static_cast<int>(::if_nametoindex(interface.c_str()));
    const auto all = DOLMEN_TRY(net::own_addresses());
    return std::any_of(all.begin(), all.end(), [&](const net::OwnAddress& address) {
        return address.link_index == index && address.network == wanted;
    });
}

std::string last_line(std::string text) {
    text.erase(text.find_last_not_of(" \n") + 1);
    const auto newline = text.rfind('\n');
    return newline == std::string::npos ? text : text.substr(newline + 1);
}

class SystemdLan final : public LanSystem {
  public:
    explicit SystemdLan(std::uint32_t timeout_percent) : percent_(timeout_percent) {}

    Result<> set_address(const std::string& interface, const Ipv4Network& address) override {
        DOLMEN_TRY(make_directories(kNetworkDirectory));
        const std::string wanted = network_file(interface, address);
        const bool same = read_file(kNetworkFile).value_or("") == wanted;
        if (same && DOLMEN_TRY(has_address(interface, address)))
            return {};
        DOLMEN_TRY(write_file_atomically(kNetworkFile, wanted));
        DOLMEN_TRY(run({"networkctl", "reload"}));
        // A file that is the same as before changes nothing by itself.
        if (same)
            DOLMEN_TRY(run({"networkctl", "reconfigure", interface}));
        const auto deadline = Deadline::after(scaled(kAddress));
        while (!DOLMEN_TRY(has_address(interface, address))) {
            if (deadline.passed())
                return fail(Error::system(fmt::format("systemd-networkd does not give {} to {}",
                                                      address.to_string(), interface),
                                          ETIMEDOUT)
                                .hint("what does \"networkctl status\" say of it?"));
            std::this_thread::sleep_for(kLook);
        }
        return {};
    }

    Result<> leave_address() override {
        if (::unlink(kNetworkFile) < 0)
            return errno == ENOENT ? Result<>() : fail_errno(std::string("remove ") + kNetworkFile);
        return run({"networkctl", "reload"});
    }

    Result<> export_root(const Ipv4Network& network) override {
        DOLMEN_TRY(make_directories(kExportsDirectory));
        DOLMEN_TRY(write_file_atomically(kExportsFile, exports_file(network)));
        return run({"exportfs", "-r"});
    }

    Result<> withdraw_root() override {
        if (::unlink(kExportsFile) < 0)
            return errno == ENOENT ? Result<>() : fail_errno(std::string("remove ") + kExportsFile);
        return run({"exportfs", "-r"});
    }

    Result<> start_servers() override {
        // One that has failed too often would not be started again.
        static_cast<void>(run({"systemctl", "reset-failed", kDnsmasq, kNginx}));
        DOLMEN_TRY(run({"systemctl", "restart", kDnsmasq}));
        DOLMEN_TRY(run({"systemctl", "reload-or-restart", kNginx}));
        return run({"systemctl", "start", kTarget});
    }

    Result<> stop_servers() override {
        return run({"systemctl", "stop", kTarget, kDnsmasq, kNginx});
    }

    bool servers_run() override { return runs(kDnsmasq) && runs(kNginx); }

    Result<> check_servers() override {
        for (const char* unit : {kDnsmasq, kNginx}) {
            if (runs(unit))
                continue;
            const auto said = run_command(
                {"journalctl", "-q", "-o", "cat", "-n", "1", fmt::format("_SYSTEMD_UNIT={}", unit)},
                scaled(kCommand));
            const std::string words = said ? last_line(said->output) : said.error().to_string();
            return fail_text(
                fmt::format("{} does not run{}{}", unit, words.empty() ? "" : ": ", words));
        }
        return {};
    }

  private:
    std::chrono::milliseconds scaled(std::chrono::milliseconds span) const {
        return span * percent_ / 100;
    }

    // A unit's cgroup is there as long as it has a process.
    static bool runs(const std::string& unit) {
        return !read_file(fmt::format("/sys/fs/cgroup/system.slice/{}/cgroup.procs", unit))
                    .value_or("")
                    .empty();
    }

    Result<> run(const std::vector<std::string>& argv) const {
        const auto done = DOLMEN_TRY(run_command(argv, scaled(kCommand)));
        if (done.status.success())
            return {};
        std::string command;
        for (const std::string& word : argv)
            command += (command.empty() ? "" : " ") + word;
        return fail_text(
            fmt::format("{}: {}: {}", command, done.status.to_string(), last_line(done.output)));
    }

    std::uint32_t percent_;
};

}  // namespace

std::unique_ptr<LanSystem> make_lan_system(std::uint32_t timeout_percent) {
    return std::make_unique<SystemdLan>(timeout_percent);
}

}  // namespace dolmen::daemon
