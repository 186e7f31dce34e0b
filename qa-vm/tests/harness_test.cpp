// SPDX-License-Identifier: GPL-2.0-only
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <base/process.hpp>

#include "lib/audit.hpp"
#include "lib/cluster.hpp"
#include "lib/console.hpp"
#include "lib/join.hpp"
#include "lib/machine_spec.hpp"
#include "lib/newc.hpp"
#include "lib/source_package.hpp"
#include "lib/switch.hpp"

using namespace dolmen;
using namespace dolmen::qa;

namespace {

std::string ethernet(const std::string& to, const std::string& from, const std::string& data) {
    const std::string frame = to + from + "\x88\xb5" + data;
    std::string bytes(4, '\0');
    bytes[3] = static_cast<char>(frame.size());
    return bytes + frame;
}

struct Station {
    Fd ours;
    std::string in;

    void send(const std::string& bytes) const { REQUIRE(write_all(ours.get(), bytes)); }
    // What has come when something was waited for; empty after `milliseconds` without anything.
    std::string receive(int milliseconds) {
        const Result<bool> ready = wait_for(ours.get(), 1 /* POLLIN */, milliseconds);
        if (!ready || !*ready) {
            return "";
        }
        std::array<char, 4096> chunk{};
        const ssize_t got = ::read(ours.get(), chunk.data(), chunk.size());
        return got > 0 ? std::string(chunk.data(), static_cast<std::size_t>(got)) : "";
    }
};

std::pair<Station, Switch::PortId> plug_into(Switch& lan) {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    const Switch::PortId port = lan.add_port(Fd(ends[1]));
    return {Station{Fd(ends[0]), ""}, port};
}

const std::string kA = std::string("\x52\x54\x00\x77\x00\x01", 6);
const std::string kB = std::string("\x52\x54\x00\x77\x00\x02", 6);
const std::string kAll(6, '\xff');
constexpr int kPatience = 5000;
constexpr int kQuiet = 50;

}  // namespace

TEST_CASE("the switch floods, learns and cuts") {
    auto lan = Switch::create();
    REQUIRE(lan);
    auto [a, port_a] = plug_into(**lan);
    auto [b, port_b] = plug_into(**lan);
    auto [c, port_c] = plug_into(**lan);
    const std::string hello = ethernet(kAll, kA, "hello");
    a.send(hello);
    CHECK(b.receive(kPatience) == hello);
    CHECK(c.receive(kPatience) == hello);
    const std::string answer = ethernet(kA, kB, "answer");
    b.send(answer);
    CHECK(a.receive(kPatience) == answer);
    CHECK(c.receive(kQuiet).empty());
    (*lan)->set_cut(port_b, true);
    const std::string lost = ethernet(kB, kA, "lost");
    a.send(lost);
    CHECK(b.receive(kQuiet).empty());
    (*lan)->set_cut(port_b, false);
    a.send(hello.substr(0, 7));  // a frame in two pieces
    a.send(hello.substr(7));
    CHECK(b.receive(kPatience) == hello);
    CHECK((*lan)->counters().dropped == 1);
}

TEST_CASE("a station that leaves takes its port along") {
    auto lan = Switch::create();
    REQUIRE(lan);
    auto [a, port_a] = plug_into(**lan);
    auto [b, port_b] = plug_into(**lan);
    b.send(ethernet(kAll, kB, "here"));
    CHECK_FALSE(a.receive(kPatience).empty());
    b.ours.reset();
    auto [c, port_c] = plug_into(**lan);
    const std::string wanted = ethernet(kB, kA, "where");
    // Flooded again once the port has gone.
    std::string got;
    for (int tries = 0; tries < 100 && got.empty(); ++tries) {
        a.send(wanted);
        got = c.receive(kQuiet);
    }
    CHECK(got.substr(0, wanted.size()) == wanted);
}

TEST_CASE("cpio reads what the newc writer wrote") {
    NewcArchive archive;
    archive.add_file("lib/modules/6.12/extra/dolmen.ko", std::string(1001, 'k'));
    archive.add_file("lib/modules/6.12/name", "x", 0755);
    const std::string bytes = archive.finish();
    CHECK(bytes.size() % 512 == 0);
    CHECK(bytes.substr(0, 6) == "070701");
    const std::string path = "/tmp/dolmen-newc-test-" + std::to_string(::getpid());
    const Result<Fd> file = open_file(path, 01102);  // O_RDWR | O_CREAT | O_TRUNC
    REQUIRE(file);
    REQUIRE(write_all(file->get(), bytes));
    const auto listed =
        run_command({"sh", "-c", "cpio -t --quiet <" + path}, std::chrono::seconds(20));
    ::unlink(path.c_str());
    REQUIRE(listed);
    CHECK(listed->output ==
          "lib\nlib/modules\nlib/modules/6.12\nlib/modules/6.12/extra\n"
          "lib/modules/6.12/extra/dolmen.ko\nlib/modules/6.12/name\n");
}

TEST_CASE("faults of a kernel are seen, its harmless words are not") {
    CHECK_FALSE(find_kernel_fault("[    0.1] Linux version 6.12\n[ 1.0] dolmen: joined\n"));
    CHECK_FALSE(find_kernel_fault("kmemleak: Kernel memory leak detector initialized\n"));
    CHECK(find_kernel_fault("a\n[ 5.0] BUG: unable to handle page fault\nb\n") ==
          "[ 5.0] BUG: unable to handle page fault");
    CHECK(find_kernel_fault("[ 9.9] INFO: task cc1:77 blocked for more than 120 seconds.\n"));
    CHECK(find_kernel_fault("[ 9.9] WARNING: possible circular locking dependency detected\n"));
    CHECK(is_text_patching_fault("[    1.650000] Oops: int3: 0000 [#1] SMP\n"));
    CHECK_FALSE(is_text_patching_fault("[   31.650000] Oops: int3: 0000 [#1] SMP\n"));
    CHECK_FALSE(is_text_patching_fault("[    1.650000] Oops: general protection fault\n"));
}

TEST_CASE("a plan has one head and numbered nodes") {
    ClusterOptions options;
    options.images.kernel = "/k";
    options.nodes = 2;
    const auto machines = plan_machines(options, ClusterPaths{"/run/x", "/log/x"});
    REQUIRE(machines.size() == 3);
    CHECK(machines[0].name == "head");
    CHECK(machines[0].command_line.find("dolmen.boot=head dolmen.lan=direct") != std::string::npos);
    CHECK(machines[2].command_line.find("dolmen.ip=10.77.0.102/24") != std::string::npos);
    CHECK(machines[2].name == "node2");
    CHECK(machines[2].root_image.empty());
    CHECK(mac_address(machines[2].number) == "52:54:00:77:00:03");
    options.solo = true;
    const auto solo = plan_machines(options, ClusterPaths{"/run/x", "/log/x"});
    REQUIRE(solo.size() == 1);
    CHECK(solo[0].command_line.find("dolmen.boot=solo dolmen.lan=off") != std::string::npos);
}

TEST_CASE("a command line of QEMU has what the machine has") {
    MachineSpec spec;
    spec.name = "head";
    spec.root_image = "/a,b";
    spec.console_file = "/c";
    const auto command = qemu_command(spec, {3, 4, 5});
    const auto has = [&command](const std::string& word) {
        return std::find(command.begin(), command.end(), word) != command.end();
    };
    CHECK(has("tcg,thread=multi"));
    CHECK(has("-no-reboot"));
    CHECK(has("if=none,id=root,format=raw,read-only=on,file.locking=off,file.filename=/a,,b"));
    CHECK(has("virtio-net-pci,netdev=lan,mac=52:54:00:77:00:01,romfile="));
    CHECK_FALSE(has("-initrd"));
}

TEST_CASE("joined nodes are counted without the head") {
    CHECK(count_joined(R"({"nodes":[{"node":0,"state":"up"},{"node":1,"state":"up"},
                          {"node":2,"state":"dead"}]})") == 1);
    CHECK(count_joined(R"({"nodes":[]})") == 0);
    CHECK_FALSE(count_joined("no module"));
}

TEST_CASE("source packages come from the Debian archives of the machine alone") {
    CHECK(source_lines("Debian bookworm scheme://a/debian/ bookworm main\n"
                       "Debian bookworm scheme://a/debian/ bookworm main\n"
                       "Debian bookworm-security scheme://a/sec/ bookworm-security main\n"
                       "Other bookworm scheme://b/ bookworm main\n"
                       "Debian trixie scheme://a/debian/ trixie main\n",
                       "bookworm") ==
          "deb-src scheme://a/debian/ bookworm main\n"
          "deb-src scheme://a/sec/ bookworm-security main\n");
}

TEST_CASE("what an audit leaves over") {
    CHECK(leftovers(R"({"audit":[{"what":"guests","count":0}]})").empty());
    CHECK(leftovers(R"({"audit":[{"what":"guests","count":2}]})") ==
          std::vector<std::string>{"guests=2"});
    CHECK(leftovers("nonsense").size() == 1);
    CHECK(unexplained_taint("12288\n") == 0);
    CHECK(unexplained_taint("12800\n") == 512);
}

TEST_CASE("names of clusters") {
    CHECK(is_cluster_name("default"));
    CHECK(is_cluster_name("ctest-2.1_x"));
    CHECK_FALSE(is_cluster_name("../x"));
    CHECK_FALSE(is_cluster_name(""));
    CHECK_FALSE(is_cluster_name(".."));
}
