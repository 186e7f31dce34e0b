// SPDX-License-Identifier: GPL-2.0-only
// The probes of a network against what answers there: dnsmasq, as most home
// routers run it, the kernel's ARP, and a server that talks nonsense.
#define DOCTEST_CONFIG_IMPLEMENT
#include "cable_network.hpp"
#include "model/lan_plan.hpp"
#include "net/address_check.hpp"
#include "net/dhcp_packet.hpp"
#include "net/dhcp_probe.hpp"
#include "net/dhcp_samples.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <array>
#include <cstdio>
#include <functional>
#include <optional>
#include <thread>

using namespace dolmen;
using namespace dolmen::net;
using namespace dolmen::tests;
using namespace std::chrono_literals;

namespace {

// Servers that answer at once are found at once.
DhcpProbe::Settings quick() {
    DhcpProbe::Settings settings;
    settings.discovers = {0ms, 100ms};
    settings.least = 200ms;
    settings.most = 3s;
    return settings;
}

struct Lan {
    explicit Lan(unsigned cables = 1) {
        auto created = CableNetwork::create(cables);
        REQUIRE_MESSAGE(created, text_of(created));
        network = std::move(*created);
        for (unsigned cable = 0; cable < cables; ++cable)
            nics.push_back(network->nic("head" + std::to_string(cable)).value());
    }

    Process dnsmasq(const std::vector<std::string>& options) {
        auto started = network->start_dnsmasq(0, options);
        REQUIRE_MESSAGE(started, text_of(started));
        return std::move(*started);
    }

    void run_until(const std::function<bool()>& done) {
        const auto deadline = Deadline::after(30s);
        while (!done() && !deadline.passed())
            REQUIRE(loop.run_once(100ms));
        REQUIRE(done());
    }

    std::vector<NicAnswers> probe(const DhcpProbe::Settings& settings) {
        std::optional<std::vector<NicAnswers>> found;
        const auto start = SteadyClock::now();
        auto probe = DhcpProbe::start(loop, nics, settings, [&](auto all) { found = all; });
        REQUIRE_MESSAGE(probe, text_of(probe));
        run_until([&] { return found.has_value(); });
        took = SteadyClock::now() - start;
        return *found;
    }

    Result<std::vector<Ipv4>> ask(const std::vector<Ipv4>& addresses) {
        std::optional<Result<std::vector<Ipv4>>> found;
        auto check = AddressCheck::start(loop, nics.at(0).name, addresses,
                                         [&](auto taken) { found = std::move(taken); });
        REQUIRE_MESSAGE(check, text_of(check));
        run_until([&] { return found.has_value(); });
        return std::move(*found);
    }

    std::unique_ptr<CableNetwork> network;
    std::vector<Nic> nics;
    Loop loop = Loop::create().value();
    SteadyClock::duration took{};
};

model::LanNic to_fact(const NicAnswers& found) {
    model::LanNic nic;
    nic.name = found.interface;
    nic.has_link = nic.wired = true;
    nic.probed = found.problem.empty();
    for (const DhcpAnswer& answer : found.answers) {
        model::LanServer server{answer.server, answer.offers_address(), answer.offers_boot, {}};
        if (answer.prefix != 0)
            server.network = Ipv4Network{answer.offered, answer.prefix};
        nic.servers.push_back(server);
    }
    return nic;
}

model::LanPlan plan(const std::vector<NicAnswers>& found) {
    model::LanFacts facts;
    for (const NicAnswers& card : found)
        facts.nics.push_back(to_fact(card));
    return model::plan_lan(facts);
}

std::string keys_of(const model::LanPlan& plan) {
    std::string keys;
    for (const model::LanKey& key : plan.keys)
        keys += key.key;
    return keys;
}

// Answers each DISCOVER with nonsense.
class Babbler {
  public:
    Babbler(Loop& loop, Fd socket) : loop_(loop), socket_(std::move(socket)) {
        watch_ = loop_.watch(socket_.get(), EPOLLIN, [this](std::uint32_t) { answer(); }).value();
    }
    ~Babbler() { loop_.remove(watch_); }
    Babbler(const Babbler&) = delete;
    Babbler& operator=(const Babbler&) = delete;

    int asked = 0;

  private:
    void answer() {
        std::array<std::uint8_t, 2048> buffer{};
        const ssize_t length = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (length < 240)
            return;
        ++asked;
        const BytesView asked_by = BytesView(buffer).subspan(4, 4);
        // A good offer to somebody else; noise; an offer to us that is cut off.
        send(samples::plain_offer());
        send({1, 2, 3});
        Bytes cut_off = samples::raw_answer({53, 1, 2, 54, 200, 1});
        std::copy(asked_by.begin(), asked_by.end(), cut_off.begin() + 4);
        send(cut_off);
    }
    void send(const Bytes& payload) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(kDhcpClientPort);
        address.sin_addr.s_addr = htonl(INADDR_BROADCAST);
        CHECK(::sendto(socket_.get(), payload.data(), payload.size(), 0,
                       reinterpret_cast<const sockaddr*>(&address), sizeof(address)) > 0);
    }

    Loop& loop_;
    Fd socket_;
    Loop::Id watch_ = 0;
};

// Why these tests can not run here; empty: they can.
std::string missing() {
    if (::geteuid() != 0)
        return "not root";
    for (const char* program : {"ip", "nsenter", "dnsmasq", "arping"})
        if (!run_command({program, std::string(program) == "arping" ? "-V" : "--version"}, 10s))
            return std::string("no program ") + program;
    // Root of a container may be without this privilege; other errors are failures.
    const auto network = CableNetwork::create(0);
    return !network && network.error().code() == EPERM ? network.error().to_string() : "";
}

}  // namespace

TEST_CASE("nobody answers: the network is ours, after all have had the time to") {
    Lan lan;
    const auto found = lan.probe({});
    REQUIRE(found.size() == 1);
    CHECK(found[0].interface == "head0");
    CHECK(found[0].problem.empty());
    CHECK(found[0].answers.empty());
    CHECK(lan.took >= 5s);
    CHECK(plan(found).mode == model::LanMode::kFull);
}

TEST_CASE("a DHCP server that first looks whether its address is free") {
    Lan lan;
    const Process dnsmasq = lan.dnsmasq({"--dhcp-range=192.0.2.10,192.0.2.20,1h"});
    const auto found = lan.probe({});
    REQUIRE(found.size() == 1);
    REQUIRE(found[0].answers.size() == 1);
    const DhcpAnswer& answer = found[0].answers[0];
    CHECK(answer.problem == "");
    CHECK(answer.server.to_string() == "192.0.2.1");
    CHECK(answer.offered.bits >= Ipv4::parse("192.0.2.10")->bits);
    CHECK(answer.offered.bits <= Ipv4::parse("192.0.2.20")->bits);
    CHECK(answer.prefix == 24);
    CHECK(answer.router.to_string() == "192.0.2.1");
    CHECK_FALSE(answer.offers_boot);
    CHECK(lan.took >= 3s);
    CHECK(plan(found).mode == model::LanMode::kOff);
    CHECK(keys_of(plan(found)) == "p");
}

TEST_CASE("a DHCP server that also boots machines") {
    Lan lan;
    const Process dnsmasq = lan.dnsmasq(
        {"--dhcp-range=192.0.2.10,192.0.2.20,1h", "--no-ping", "--dhcp-boot=pxelinux.0"});
    const auto found = lan.probe(quick());
    REQUIRE(found[0].answers.size() == 1);
    const DhcpAnswer& answer = found[0].answers[0];
    CHECK(answer.offers_address());
    CHECK(answer.offers_boot);
    CHECK(answer.boot_file == "pxelinux.0");
    CHECK(answer.boot_server.to_string() == "192.0.2.1");
    CHECK(keys_of(plan(found)) == "");
}

TEST_CASE("a server that boots machines and leaves addresses to others") {
    Lan lan;
    const Process dnsmasq =
        lan.dnsmasq({"--dhcp-range=192.0.2.0,proxy", "--pxe-service=x86PC,boot,pxelinux"});
    const auto found = lan.probe(quick());
    REQUIRE(found[0].answers.size() == 1);
    CHECK(found[0].answers[0].problem == "");
    CHECK(found[0].answers[0].server.to_string() == "192.0.2.1");
    CHECK_FALSE(found[0].answers[0].offers_address());
    CHECK(found[0].answers[0].offers_boot);
    CHECK(plan(found).mode == model::LanMode::kOff);
    CHECK(keys_of(plan(found)) == "");
}

TEST_CASE("two cards: ours is the one that nobody serves") {
    Lan lan(2);
    const Process dnsmasq = lan.dnsmasq({"--dhcp-range=192.0.2.10,192.0.2.20,1h", "--no-ping"});
    const auto found = lan.probe(quick());
    REQUIRE(found.size() == 2);
    CHECK(found[0].answers.size() == 1);
    CHECK(found[1].interface == "head1");
    CHECK(found[1].answers.empty());
    CHECK(plan(found).mode == model::LanMode::kFull);
    CHECK(plan(found).interface == "head1");
}

TEST_CASE("an answer that can not be read is an answer; those to others are none") {
    Lan lan;
    Babbler babbler(lan.loop, lan.network->server_socket(0).value());
    const auto found = lan.probe(quick());
    CHECK(babbler.asked == 2);
    REQUIRE(found[0].answers.size() == 1);
    CHECK(found[0].answers[0].server.to_string() == "192.0.2.1");
    CHECK(found[0].answers[0].problem.find("option 54 reaches over") != std::string::npos);
    CHECK(plan(found).mode == model::LanMode::kOff);
    CHECK(keys_of(plan(found)) == "");
}

TEST_CASE("the silence of a card that was switched off means nothing") {
    Lan lan;
    lan.loop.after(150ms, [&] {
        CHECK(lan.network->run_here({"ip", "link", "set", "head0", "down"}));
    });
    const auto found = lan.probe(quick());
    CHECK(found[0].answers.empty());
    CHECK_FALSE(found[0].problem.empty());
    CHECK(plan(found).mode == model::LanMode::kOff);
}

TEST_CASE("a machine that is too busy to look after its timers still listens") {
    Lan lan;
    const Process dnsmasq = lan.dnsmasq({"--dhcp-range=192.0.2.10,192.0.2.20,1h", "--no-ping"});
    DhcpProbe::Settings settings = quick();
    settings.most = 1s;
    std::optional<std::vector<NicAnswers>> found;
    const auto probe =
        DhcpProbe::start(lan.loop, lan.nics, settings, [&](auto all) { found = all; });
    REQUIRE_MESSAGE(probe, text_of(probe));
    std::this_thread::sleep_for(1100ms);
    lan.run_until([&] { return found.has_value(); });
    CHECK(found->at(0).answers.size() == 1);
}

TEST_CASE("the head's address is taken") {
    Lan lan;
    REQUIRE(lan.network->run_there({"ip", "address", "add", "10.77.0.1/24", "dev", "lan0"}));
    const auto taken = lan.ask(model::head_addresses());
    REQUIRE_MESSAGE(taken, text_of(taken));
    REQUIRE(taken->size() == 1);
    CHECK(taken->at(0).to_string() == "10.77.0.1");

    model::LanNic nic = to_fact({"head0", {}, ""});
    nic.taken = *taken;
    CHECK(model::plan_lan({{nic}, {}}).address.to_string() == "10.78.0.1/24");
}

TEST_CASE("a card that is switched off tells nothing of addresses") {
    Lan lan;
    REQUIRE(lan.network->run_here({"ip", "link", "set", "head0", "down"}));
    CHECK_FALSE(lan.ask({Ipv4::parse("192.0.2.2").value()}));
}

int main(int argc, char** argv) {
    const std::string reason = missing();
    if (!reason.empty()) {
        std::printf("skipped: %s\n", reason.c_str());
        return kSkipped;
    }
    return doctest::Context(argc, argv).run();
}
