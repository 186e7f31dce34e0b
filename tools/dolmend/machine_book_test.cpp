// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/machine_book.hpp"
#include "dolmend/boot_watch.hpp"
#include "dolmend/lease_message.hpp"

#include "base/file.hpp"
#include "base/process.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <cstdlib>
#include <cstring>

using namespace dolmen;
using namespace dolmen::daemon;
using namespace std::chrono_literals;

namespace {

const std::string kMac = "52:54:00:77:00:02";
const std::string kAddress = "10.77.0.21";
const MachineBook::Time kStart{};

struct Book : MachineBook {
    void asks(bool network_boot, MachineBook::Time now) {
        REQUIRE(apply(pxe::DhcpRequest{kMac, kAddress, network_boot, ""}, now));
    }
    void loads(const std::string& file, MachineBook::Time now) {
        REQUIRE(apply(pxe::FileRequest{kAddress, "b1", file}, now));
    }
    Machine only(MachineBook::Time now) const {
        const auto all = machines(now);
        REQUIRE(all.size() == 1);
        return all.front();
    }
};

}  // namespace

TEST_CASE("a machine from its first packet until it has joined") {
    Book book;
    book.asks(true, kStart);
    CHECK(book.only(kStart + 3s).stage == "seen");
    CHECK(book.only(kStart + 3s).age == 3s);
    CHECK(book.only(kStart + 3s).problem.empty());
    CHECK(book.only(kStart + 70s).problem.find("has not fetched") != std::string::npos);
    book.loads("vmlinuz", kStart + 80s);
    CHECK(book.only(kStart + 81s).stage == "loading");
    CHECK(book.only(kStart + 200s).problem.find("since it asked for vmlinuz") != std::string::npos);
    book.loads("node.img", kStart + 210s);
    CHECK(book.only(kStart + 211s).stage == "booting");
    CHECK(book.only(kStart + 211s).problem.empty());
    CHECK(book.only(kStart + 400s).problem.find("has not joined") != std::string::npos);
    CHECK(book.builds_in_use() == std::set<std::string>{"b1"});
    book.joined(kMac);
    CHECK(book.machines(kStart + 401s).empty());
    // It runs what it has loaded.
    CHECK(book.builds_in_use() == std::set<std::string>{"b1"});
}

TEST_CASE("a join that is refused is told of, until it succeeds") {
    Book book;
    book.asks(true, kStart);
    book.loads("node.img", kStart);
    book.join_failed(kMac, kAddress, "another build", kStart + 5s);
    CHECK(book.only(kStart + 6s).stage == "booting");
    CHECK(book.only(kStart + 6s).problem == "another build");
    // One that came by other means is known by that alone.
    book.join_failed("52:54:00:77:00:03", "10.77.0.22", "all places are taken", kStart);
    REQUIRE(book.machines(kStart).size() == 2);
    CHECK(book.machines(kStart)[1].address == "10.77.0.22");
    book.joined("52:54:00:77:00:03");
    book.joined(kMac);
    CHECK(book.machines(kStart).empty());
}

TEST_CASE("a node that is gone is lost, until it starts again") {
    Book book;
    book.asks(true, kStart);
    book.loads("node.img", kStart);
    book.joined(kMac);
    // It renews its lease.
    book.asks(false, kStart + 5s);
    CHECK(book.machines(kStart + 5s).empty());
    book.lost(kMac, kAddress, "no heartbeat", kStart + 10s);
    CHECK(book.only(kStart + 15s).stage == "lost");
    CHECK(book.only(kStart + 15s).problem == "no heartbeat");
    CHECK(book.only(kStart + 15s).age == 5s);
    CHECK(book.builds_in_use().empty());
    book.asks(true, kStart + 20s);
    CHECK(book.only(kStart + 20s).stage == "seen");
    book.loads("node.img", kStart + 21s);
    book.joined(kMac);
    CHECK(book.machines(kStart + 22s).empty());
}

TEST_CASE("a visitor's PC is forgotten, a PC that wants to boot is not") {
    Book book;
    book.asks(false, kStart);
    CHECK(book.machines(kStart + 60s).size() == 1);
    CHECK(book.machines(kStart + 121s).empty());
    book.asks(true, kStart + 130s);
    CHECK(book.machines(kStart + 1000s).size() == 1);
}

TEST_CASE("an address that nobody has told of is found among the neighbours") {
    std::string directory = "/tmp/dolmen-watch-test.XXXXXX";
    REQUIRE(::mkdtemp(directory.data()) != nullptr);
    REQUIRE(write_file_atomically(directory + "/arp",
                                  "IP address HW type Flags HW address Mask Device\n" + kAddress +
                                      " 0x1 0x2 " + kMac + " * eth0\n"));
    Loop loop = Loop::create().value();
    Book book;
    BootWatch watch(loop, book, {directory, "no-such-unit.service", directory + "/arp"});
    watch.take(pxe::FileRequest{"10.77.0.99", "b1", "vmlinuz"});
    CHECK(book.machines(SteadyClock::now()).empty());
    watch.take(pxe::FileRequest{kAddress, "b1", "vmlinuz"});
    CHECK(book.only(SteadyClock::now()).mac == kMac);

    // The program that dnsmasq calls, and the socket at its other end.
    SpawnOptions options;
    options.environment = {"DOLMEN_LEASE_SOCKET=" + directory + "/lease.socket",
                           "DNSMASQ_VENDOR_CLASS=PXEClient:Arch:00007:UNDI:003016"};
    auto called =
        Process::spawn({LEASE_EVENT, "add", "52:54:00:77:00:05", "10.77.0.25", "name"}, options);
    REQUIRE(called);
    CHECK(called->wait()->success());
    const auto deadline = Deadline::after(10s);
    while (book.machines(SteadyClock::now()).size() < 2 && !deadline.passed())
        REQUIRE(loop.run_once(50ms));
    REQUIRE(book.machines(SteadyClock::now()).size() == 2);
    CHECK(book.machines(SteadyClock::now())[1].mac == "52:54:00:77:00:05");
    CHECK(book.machines(SteadyClock::now())[1].problem.find("UEFI") != std::string::npos);
    static_cast<void>(run_command({"rm", "-rf", directory}, 10s));
}
