// SPDX-License-Identifier: GPL-2.0-only
// The head's place in a network, from an empty one to one that somebody else serves:
// dolmend's LanService with a real card, real probes and a real dnsmasq, in network
// namespaces. Only systemd is played.
#define DOCTEST_CONFIG_IMPLEMENT
#include "dolmend/lan_service.hpp"
#include "base/file.hpp"
#include "cable_network.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <unistd.h>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <mutex>

using namespace dolmen;
using namespace dolmen::daemon;
using namespace dolmen::tests;
using namespace std::chrono_literals;

namespace {

// Addresses by ip(8), dnsmasq as a child; nothing is exported.
class PlainSystem final : public LanSystem {
  public:
    explicit PlainSystem(std::string config) : config_(std::move(config)) {}

    Result<> set_address(const std::string& interface, const Ipv4Network& address) override {
        card_ = interface;
        return run({"ip", "address", "replace", address.to_string(), "dev", interface});
    }
    Result<> leave_address() override {
        return card_.empty() ? Result<>()
                             : run({"ip", "address", "flush", "dev", card_, "permanent"});
    }
    Result<> export_root(const Ipv4Network& network) override {
        exported = network.network().to_string();
        return {};
    }
    Result<> withdraw_root() override {
        exported.clear();
        return {};
    }
    Result<> start_servers() override {
        const std::lock_guard lock(mutex_);
        dnsmasq_.reset();
        dnsmasq_.emplace(
            DOLMEN_TRY(Process::spawn({"dnsmasq", "--conf-file=" + config_, "--user=root"})));
        return {};
    }
    Result<> stop_servers() override {
        const std::lock_guard lock(mutex_);
        dnsmasq_.reset();
        return {};
    }
    bool servers_run() override {
        const std::lock_guard lock(mutex_);
        const bool ended = dnsmasq_ && wait_for(dnsmasq_->pidfd(), POLLIN, 0).value_or(true);
        return dnsmasq_ && !ended;
    }
    Result<> check_servers() override {
        return servers_run() ? Result<>() : fail_text("dnsmasq does not run");
    }

    std::string exported;  // looked at when nothing is under way

  private:
    static Result<> run(const std::vector<std::string>& argv) {
        const auto done = DOLMEN_TRY(run_command(argv, 10s));
        if (!done.status.success())
            return fail_text(argv.at(0) + ": " + done.output);
        return {};
    }

    std::string config_;
    std::string card_;
    std::mutex mutex_;  // protects dnsmasq_
    std::optional<Process> dnsmasq_;
};

struct Head {
    Head() {
        REQUIRE(::mkdtemp(directory.data()) != nullptr);
        auto created = CableNetwork::create(1);
        REQUIRE_MESSAGE(created, text_of(created));
        network = std::move(*created);
        REQUIRE(make_directories(directory + "/class/head0/device"));
        REQUIRE(make_directories(directory + "/node"));
        REQUIRE(make_directories(directory + "/loaders"));
        system.emplace(directory + "/run/dnsmasq.conf");
        settings.cards = {directory + "/class", directory + "/no-udev"};
        settings.node_image = directory + "/node";
        settings.boot.boot_directory = directory + "/srv";
        settings.boot.run_directory = directory + "/run";
        settings.boot.lease_script = "/bin/true";
        settings.boot.access_socket = directory + "/run/access.socket";
        settings.probe.discovers = {0ms, 100ms};
        settings.probe.least = 200ms;
        settings.probe.most = 400ms;
        settings.link_wait = 500ms;
        settings.guards = {1s, 1s, 1s};
        for (auto& [name, path] : settings.loaders) {
            path = directory + "/loaders/" + name;
            REQUIRE(write_file_atomically(path, name));
        }
        put_image("b1");
    }
    ~Head() {
        service.reset();
        background.reset();
        system.reset();
        static_cast<void>(run_command({"rm", "-rf", directory}, 10s));
    }
    Head(const Head&) = delete;
    Head& operator=(const Head&) = delete;

    void put_image(const std::string& build) const {
        for (const char* name : {"vmlinuz", "node.img"})
            REQUIRE(write_file_atomically(directory + "/node/" + name, build + name));
        REQUIRE(write_file_atomically(directory + "/node/build", build + "\n"));
    }

    void start() {
        service.reset();
        background = Background::create(loop).value();
        LanService::Parts parts{loop,
                                *background,
                                *system,
                                [] { return std::set<std::string>(); },
                                [this] { return nodes; },
                                [this](const NodeImage& image) { published = image.build; },
                                [this](const std::string& text) { said.push_back(text); }};
        service = LanService::start(std::move(parts), settings);
    }

    // Until the service has settled so; else the test fails with what it says.
    void becomes(const std::string& mode, const std::string& reason) {
        const auto deadline = Deadline::after(40s);
        const auto is_so = [&] {
            const auto status = service->status();
            return status.mode == mode && status.reason.find(reason) != std::string::npos;
        };
        while (!is_so() && !deadline.passed())
            REQUIRE(loop.run_once(50ms));
        const auto status = service->status();
        REQUIRE_MESSAGE(is_so(), status.mode << ": " << status.reason);
    }

    Process foreign_server() {
        auto started =
            network->start_dnsmasq(0, {"--dhcp-range=192.0.2.10,192.0.2.20,1h", "--no-ping"});
        REQUIRE_MESSAGE(started, text_of(started));
        return std::move(*started);
    }

    // Whether a machine at the other end gets an address.
    bool gives_addresses() {
        return network
            ->run_there({"busybox", "udhcpc", "-f", "-n", "-q", "-t", "4", "-T", "1", "-i", "lan0",
                         "-s", "/bin/true"})
            .has_value();
    }

    std::string keys() const {
        std::string keys;
        for (const auto& key : service->status().keys)
            keys += key.key;
        return keys;
    }

    std::string directory = "/tmp/dolmen-lan-test.XXXXXX";
    std::unique_ptr<CableNetwork> network;
    Loop loop = Loop::create().value();
    std::optional<PlainSystem> system;
    LanService::Settings settings;
    bool nodes = false;
    std::string published;
    std::vector<std::string> said;
    std::unique_ptr<Background> background;
    std::unique_ptr<LanService> service;
};

// Why these tests can not run here; empty: they can.
std::string missing() {
    if (::geteuid() != 0)
        return "not root";
    for (const char* program : {"ip", "nsenter", "dnsmasq", "arping", "busybox"})
        if (!run_command({"sh", "-c", std::string("command -v ") + program}, 10s)
                 .value_or(CommandOutput{{1, 0}, ""})
                 .status.success())
            return std::string("no program ") + program;
    // Root of a container may be without this privilege; other errors are failures.
    const auto network = CableNetwork::create(0);
    return !network && network.error().code() == EPERM ? network.error().to_string() : "";
}

}  // namespace

TEST_CASE("an empty network becomes ours, and stays so under a new daemon") {
    Head head;
    head.start();
    CHECK(head.service->status().mode == "probing");
    head.becomes("full", "this head is 10.77.0.1/24");
    CHECK(head.service->status().interface == "head0");
    CHECK(head.service->status().address == "10.77.0.1/24");
    CHECK(head.system->exported == "10.77.0.0/24");
    CHECK(head.published == "b1");
    CHECK(head.gives_addresses());
    CHECK(read_file(head.directory + "/srv/boot/b1/node.img").value() == "b1node.img");
    // Its own answers are no other server's.
    CHECK(head.keys().empty());

    head.start();
    head.becomes("full", "this head is 10.77.0.1/24");
    head.put_image("b2");
    while (head.published != "b2")
        REQUIRE(head.loop.run_once(50ms));
    CHECK(read_file(head.directory + "/srv/boot/b2/node.img").value() == "b2node.img");
}

TEST_CASE("beside another server nothing starts, until the owner wants it") {
    Head head;
    const Process other = head.foreign_server();
    head.start();
    head.becomes("off", "the DHCP server 192.0.2.1 answers on head0");
    CHECK(head.keys() == "p");
    CHECK_FALSE(head.system->servers_run());
    CHECK_FALSE(head.service->press('x'));
    REQUIRE(head.service->press('p'));
    head.becomes("off", "waits for an address");
    // As systemd-networkd would have it from the other server.
    REQUIRE(head.network->run_here({"ip", "address", "add", "192.0.2.15/24", "dev", "head0",
                                    "valid_lft", "600", "preferred_lft", "600"}));
    head.becomes("proxy", "as 192.0.2.15/24");
    CHECK(head.system->servers_run());
    CHECK(head.system->exported == "192.0.2.0/24");
    // The next daemon knows what was wanted.
    head.start();
    head.becomes("proxy", "as 192.0.2.15/24");
}

TEST_CASE("another server that comes later ends ours") {
    Head head;
    head.start();
    head.becomes("full", "10.77.0.1/24");
    const Process other = head.foreign_server();
    head.becomes("off", "the DHCP server 192.0.2.1 answers on head0");
    CHECK_FALSE(head.system->servers_run());
    CHECK(head.system->exported.empty());
}

TEST_CASE("nodes that are up keep their root when another server comes") {
    Head head;
    head.start();
    head.becomes("full", "10.77.0.1/24");
    head.nodes = true;
    const Process other = head.foreign_server();
    head.becomes("off", "the DHCP server 192.0.2.1 answers on head0");
    CHECK(head.system->exported == "10.77.0.0/24");
}

TEST_CASE("a cable that is plugged in late") {
    Head head;
    REQUIRE(head.network->run_there({"ip", "link", "set", "lan0", "down"}));
    // Nobody else switches it on.
    REQUIRE(head.network->run_here({"ip", "link", "set", "head0", "down"}));
    head.start();
    head.becomes("off", "no network card has a link");
    REQUIRE(head.network->run_there({"ip", "link", "set", "lan0", "up"}));
    head.becomes("full", "10.77.0.1/24");
}

TEST_CASE("without a node image the reason is told, and with it the head goes on") {
    Head head;
    REQUIRE(::unlink((head.directory + "/node/node.img").c_str()) == 0);
    head.start();
    head.becomes("off", "node.img: No such file or directory");
    head.put_image("b1");
    head.becomes("full", "10.77.0.1/24");
    CHECK(head.said.size() == 2);
}

TEST_CASE("a head that is only to have its address") {
    Head head;
    head.settings.option = LanOption::kDirect;
    const Process other = head.foreign_server();
    head.start();
    head.becomes("direct", "10.77.0.1/24");
    CHECK_FALSE(head.system->servers_run());
    CHECK(head.system->exported == "10.77.0.0/24");
    CHECK_FALSE(head.service->press('p'));
}

TEST_CASE("a head that is to touch nothing") {
    Head head;
    head.settings.option = LanOption::kOff;
    head.start();
    head.becomes("off", "left alone");
    CHECK(head.said.empty());
}

int main(int argc, char** argv) {
    const std::string reason = missing();
    if (!reason.empty()) {
        std::printf("skipped: %s\n", reason.c_str());
        return kSkipped;
    }
    return doctest::Context(argc, argv).run();
}
