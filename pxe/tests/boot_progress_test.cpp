// SPDX-License-Identifier: GPL-2.0-only
#include "pxe/lib/boot_progress.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

using namespace dolmen;
using namespace dolmen::pxe;
using namespace std::chrono_literals;

namespace {

const std::string kMac = "52:54:00:00:77:01";
const std::string kIp = "10.77.0.22";
const SteadyClock::time_point kStart{};

// Events one second apart.
struct Room {
    BootProgress progress{"fw.img"};
    SteadyClock::time_point now = kStart;

    bool tell(const BootEvent& event) {
        now += 1s;
        return progress.apply(event, now);
    }
    bool file(const std::string& name, unsigned status = 200, bool whole = true) {
        return tell(FileRequest{kIp, "b1", name, status, whole});
    }
    BootingMachine only() const {
        const auto machines = progress.machines();
        REQUIRE(machines.size() == 1);
        return machines[0];
    }
};

}  // namespace

TEST_CASE("a machine is seen, loads and boots") {
    Room room;
    CHECK(room.tell(DhcpRequest{kMac, "", false, ""}));
    CHECK(room.only().stage == BootStage::kSeen);
    CHECK_FALSE(room.only().network_boot);
    CHECK(room.tell(DhcpRequest{kMac, kIp, true, ""}));
    CHECK(room.only().network_boot);
    CHECK(room.only().since == kStart + 1s);
    CHECK(room.tell(FileRequest{kIp, "", "lpxelinux.0"}));
    CHECK(room.only().stage == BootStage::kLoading);
    CHECK(room.only().since == kStart + 3s);
    CHECK(room.file("vmlinuz"));
    CHECK(room.file("node.img"));
    CHECK(room.only().stage == BootStage::kLoading);
    CHECK(room.only().build == "b1");
    CHECK(room.file("fw.img"));
    CHECK(room.only().stage == BootStage::kBooting);
    CHECK(room.only().mac == kMac);
    CHECK(room.only().address == kIp);
    CHECK(room.only().heard == kStart + 6s);
    CHECK(room.progress.builds_in_use() == std::set<std::string>{"b1"});
}

TEST_CASE("Linux asking by DHCP is no step back, firmware asking is a new start") {
    Room room;
    room.tell(DhcpRequest{kMac, kIp, true, ""});
    room.file("fw.img");
    room.tell(DhcpRequest{kMac, kIp, false, ""});
    CHECK(room.only().stage == BootStage::kBooting);
    room.tell(DhcpRequest{kMac, kIp, true, ""});
    CHECK(room.only().stage == BootStage::kSeen);
    CHECK(room.only().build.empty());
    CHECK(room.progress.builds_in_use().empty());
}

TEST_CASE("what went wrong is told until the next step") {
    Room room;
    room.tell(DhcpRequest{kMac, kIp, true, "no loader"});
    CHECK(room.only().problem == "no loader");
    room.file("vmlinuz", 404);
    CHECK(room.only().stage == BootStage::kLoading);
    CHECK(room.only().problem == "vmlinuz was refused: HTTP status 404");
    room.file("vmlinuz");
    CHECK(room.only().problem.empty());
    room.file("fw.img", 200, false);
    CHECK(room.only().stage == BootStage::kLoading);
    CHECK(room.only().problem == "fw.img was not sent to its end");
    room.file("fw.img");
    CHECK(room.only().stage == BootStage::kBooting);
    CHECK(room.only().problem.empty());
}

TEST_CASE("a file for an unknown address waits for its owner") {
    Room room;
    CHECK_FALSE(room.file("vmlinuz"));
    CHECK(room.tell(AddressOwner{kMac, kIp}));
    CHECK(room.progress.machines().empty());
    CHECK(room.file("vmlinuz"));
    CHECK(room.only().stage == BootStage::kLoading);
}

TEST_CASE("an address belongs to the one who got it last") {
    Room room;
    room.tell(DhcpRequest{"52:54:00:00:77:02", kIp, true, ""});
    room.tell(DhcpRequest{kMac, kIp, true, ""});
    room.file("vmlinuz");
    const auto machines = room.progress.machines();
    REQUIRE(machines.size() == 2);
    CHECK(machines[0].mac == kMac);
    CHECK(machines[0].stage == BootStage::kLoading);
    CHECK(machines[1].stage == BootStage::kSeen);
    CHECK(machines[1].address.empty());
}

TEST_CASE("who has joined is the cluster's, until it starts anew") {
    Room room;
    room.tell(DhcpRequest{kMac, kIp, true, ""});
    room.file("fw.img");
    room.progress.joined(kMac);
    room.progress.joined("unknown");
    CHECK(room.progress.machines().empty());
    CHECK(room.progress.builds_in_use().empty());
    CHECK(room.file("vmlinuz"));
    CHECK(room.only().stage == BootStage::kLoading);
}

TEST_CASE("who has no lease any more is forgotten") {
    Room room;
    room.tell(DhcpRequest{kMac, kIp, true, ""});
    CHECK(room.tell(LeaseEnd{kMac}));
    CHECK(room.tell(LeaseEnd{kMac}));
    CHECK(room.progress.machines().empty());
    CHECK_FALSE(room.file("vmlinuz"));
}

TEST_CASE("made-up machines push out each other, not those that are heard of") {
    Room room;
    room.tell(DhcpRequest{kMac, kIp, true, ""});
    for (unsigned number = 0; number < 3 * BootProgress::kMostMachines; ++number) {
        const std::string mac =
            fmt::format("02:00:00:00:{:02x}:{:02x}", number / 256, number % 256);
        room.tell(DhcpRequest{mac, "", false, ""});
        if (number % 100 == 0)
            room.file("vmlinuz");
    }
    const auto machines = room.progress.machines();
    CHECK(machines.size() == BootProgress::kMostMachines);
    CHECK(machines.back().mac == kMac);
}
