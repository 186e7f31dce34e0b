// SPDX-License-Identifier: GPL-2.0-only
#include "cli/doctor.hpp"

#include "base/fd.hpp"
#include "cli/doctor_facts.hpp"
#include "cli/http_request.hpp"
#include "rpc/socket.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <future>
#include <nlohmann/json.hpp>

using namespace dolmen;
using namespace dolmen::cli;
using namespace dolmen::rpc;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kGiB = 1ULL << 30U;

// A head that serves eth0 and two nodes, and has no fault.
Facts healthy() {
    Facts facts;
    facts.tools_version = "0.1.0";
    facts.status =
        HeadStatus{"0.1.0",
                   "m1",
                   {LanMode::kFull, "eth0", "10.77.0.1/24", "No DHCP server answers on eth0.", {}},
                   {{"node1", "52:54:00:77:00:01", NodeStatusState::kUp, "10.77.0.20", ""}},
                   {},
                   {2 * kGiB, kGiB},
                   "/run/dolmen-login"};
    facts.module_build = "m1";
    facts.kernel = "6.12.1-dolmen";
    facts.cards = {{"eth0", true, true}, {"eth1", true, false}, {"wlan0", false, true}};
    facts.boot = {
        "", "b1", {{"/boot/b1/vmlinuz", 9000, 9000, ""}, {"/boot/b1/node.img", 1, 1, ""}}};
    facts.image = {"", "b1", "6.12.1-dolmen"};
    facts.nodes = {{"node1", kGiB, "", 0.02, 0.05}};
    facts.now = 1'800'000'000;
    facts.programs_built = 1'790'000'000;
    facts.memory = 2 * kGiB;
    facts.root = {2 * kGiB, kGiB};
    return facts;
}

std::string all(const Facts& facts) {
    return findings_text(examine(facts));
}

// The lines that are not "ok".
std::string faults(const Facts& facts) {
    Findings findings = examine(facts);
    std::erase_if(findings, [](const Finding& finding) { return finding.level == Level::kOk; });
    for (const Finding& finding : findings)
        CHECK_FALSE(finding.advice.empty());
    return findings_text(findings);
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

ServerFact dhcp_server(const std::string& interface = "eth0") {
    return {interface, "192.168.1.1", true, false};
}

ServerFact boot_server() {
    return {"eth0", "192.168.1.2", false, true};
}

}  // namespace

TEST_CASE("a healthy head: one line about each subject, all ok") {
    CHECK(all(healthy()) ==
          "ok       link      eth0 has a link\n"
          "ok       link      eth1 is not plugged in\n"
          "ok       services  all that shall run does\n"
          "ok       dhcp      nobody but this head serves eth0\n"
          "ok       boot      nodes can load build b1: 2 files, 9 KB\n"
          "ok       machines  nodes up: 1, machines on their way: 0\n"
          "ok       versions  Dolmen 0.1.0, kernel 6.12.1-dolmen, module build m1\n"
          "ok       clocks    2027-01-15 08:00 UTC, the same on all nodes\n"
          "ok       memory    this head has 2.0 GB\n"
          "ok       memory    1.0 GB of 2.0 GB are left for files\n");
    CHECK_FALSE(has_problem(examine(healthy())));
}

TEST_CASE("links") {
    Facts facts = healthy();
    facts.cards = {{"eth0", true, false}, {"wlan0", false, true}};
    CHECK(has(faults(facts), "problem  link      eth0 has no link: plug its cable in"));
    facts.cards = {{"eth0", true, false}, {"eth1", true, true}};
    CHECK(has(faults(facts), "eth0 has no link"));
    facts.status.reset();
    CHECK_FALSE(has(faults(facts), "eth0 has no link"));
    facts.cards = {{"wlan0", false, true}};
    CHECK(has(faults(facts), "problem  link      this machine has no wired network card"));
}

TEST_CASE("who else serves the network") {
    Facts facts = healthy();
    facts.servers = {dhcp_server("eth1")};
    CHECK(faults(facts).empty());
    facts.servers = {dhcp_server()};
    CHECK(has(faults(facts),
              "problem  dhcp      this head and 192.168.1.1 both give addresses on "
              "eth0"));
    facts.servers = {boot_server()};
    CHECK(has(faults(facts), "this head and 192.168.1.2 both boot PCs"));

    facts.status->lan.mode = LanMode::kProxy;
    facts.servers = {dhcp_server()};
    CHECK(faults(facts).empty());
    facts.servers = {};
    CHECK(has(faults(facts), "problem  dhcp      no DHCP server answers on eth0"));
    facts.servers = {dhcp_server(), {"eth0", "192.168.1.9", true, false}};
    CHECK(has(faults(facts), "warning  dhcp      192.168.1.1 and 192.168.1.9 all give addresses"));
    facts.servers = {dhcp_server(), boot_server()};
    CHECK(has(faults(facts), "problem  dhcp      this head and 192.168.1.2 both boot PCs"));

    facts.servers.clear();
    facts.not_probed = "only root can do that";
    CHECK(faults(facts) ==
          "warning  dhcp      the network was not asked for servers: only root "
          "can do that: run \"sudo dolmen doctor\"\n");
}

TEST_CASE("a head that serves nothing says why") {
    Facts facts = healthy();
    facts.status->lan = {LanMode::kOff, "", "", "There is another server.", {{'p', "do it"}}};
    facts.servers = {dhcp_server()};
    CHECK(has(faults(facts),
              "warning  dhcp      PCs are not booted: There is another server.: the "
              "head's screen says what to press"));
    CHECK(has(all(facts), "ok       dhcp      192.168.1.1 gives addresses on eth0"));
    facts.image.problem = "no image for nodes is installed";
    CHECK(has(faults(facts), "warning  boot      no image for nodes is installed"));
    // Not needed there.
    facts.status->lan.mode = LanMode::kDirect;
    CHECK(faults(facts).empty());
    facts.status->lan.mode = LanMode::kProbing;
    CHECK(has(faults(facts), "still looking"));
}

TEST_CASE("machines that do not come up") {
    Facts facts = healthy();
    facts.status->machines = {{"52:54:00:77:00:05", "", MachineStage::kSeen, "", 100}};
    CHECK(faults(facts).empty());
    facts.status->machines.front().seconds = 200;
    CHECK(has(faults(facts), "problem  machines  52:54:00:77:00:05 asks by DHCP again and again"));
    CHECK(has(faults(facts), "DHCP snooping"));
    facts.status->machines.front() = {"52:54:00:77:00:05", "", MachineStage::kLoading,
                                      "vmlinuz was not sent to its end", 3};
    CHECK(has(faults(facts), "warning  machines  52:54:00:77:00:05 (loading): vmlinuz was not"));
    facts.status->machines.clear();
    facts.status->nodes.push_back({"node2", "", NodeStatusState::kAway, "", "no heartbeat"});
    CHECK(has(faults(facts), "warning  machines  node2 is away: no heartbeat"));
    facts.status->nodes.back().problem = "\x1b[2J";
    CHECK_FALSE(has(faults(facts), "\x1b"));
}

TEST_CASE("services and boot files") {
    Facts facts = healthy();
    facts.stopped_services = {"dolmen-nginx.service"};
    CHECK(has(faults(facts), "problem  services  dolmen-nginx.service does not run"));
    facts.stopped_services = {"chrony.service"};
    CHECK(has(faults(facts), "warning  services  chrony.service does not run"));
    facts = healthy();
    facts.status.reset();
    facts.no_status = "dolmend can not be asked";
    CHECK(has(faults(facts), "problem  services  dolmend can not be asked"));
    facts = healthy();
    facts.boot.files[1].served = 0;
    CHECK(has(faults(facts), "problem  boot      /boot/b1/node.img has 1 bytes on disk, but 0"));
    facts.boot.files[1] = {"/boot/b1/node.img", std::nullopt, 0, "the server answers with 404"};
    CHECK(has(faults(facts), "nodes can not load /boot/b1/node.img: the server answers with 404"));
    facts.boot.files.clear();
    CHECK(has(faults(facts), "problem  boot      the head offers nodes no file"));
    facts.boot = {"http://10.77.0.1/boot/current can not be read", "", {}};
    CHECK(has(faults(facts), "problem  boot      http://10.77.0.1/boot/current can not be read"));
}

TEST_CASE("versions") {
    Facts facts = healthy();
    facts.module_build = "m2";
    CHECK(has(faults(facts), "dolmend works with module build m1, build m2 is loaded"));
    facts = healthy();
    facts.status->version = "0.0.9";
    CHECK(has(faults(facts), "warning  versions  dolmend is 0.0.9, this program is 0.1.0"));
    facts = healthy();
    facts.image.build = "b2";
    CHECK(has(faults(facts), "warning  versions  nodes load build b1, build b2 is installed"));
    facts = healthy();
    facts.image.kernel = "6.12.2-dolmen";
    CHECK(has(faults(facts), "problem  versions  nodes boot kernel 6.12.2-dolmen, this head runs"));
    facts = healthy();
    facts.no_module = "the module is not there";
    facts.module_build.clear();
    CHECK(has(faults(facts), "problem  versions  the module is not there"));
}

TEST_CASE("clocks and memory") {
    Facts facts = healthy();
    facts.nodes[0].clock_ahead = -0.16;
    CHECK(has(faults(facts), "warning  clocks    the clock of node1 is 0.2 s behind the head's"));
    facts.nodes[0].clock_ahead = -0.14;
    CHECK(faults(facts).empty());
    facts.nodes[0].problem = "exit status 1";
    CHECK(has(faults(facts), "problem  clocks    node1 could not run a program: exit status 1"));
    facts = healthy();
    facts.now = 0;
    CHECK(has(faults(facts), "warning  clocks    this head thinks it is 1970-01-01"));
    facts = healthy();
    facts.memory = kGiB;
    facts.nodes[0].memory = kGiB / 4;
    CHECK(has(faults(facts), "warning  memory    this head has 1.0 GB"));
    CHECK(has(faults(facts), "warning  memory    node1 has 256 MB"));
    facts = healthy();
    facts.root.free = kGiB / 4;
    CHECK(has(faults(facts), "warning  memory    256 MB of 2.0 GB are left"));
    facts.root.free = 0;
    CHECK(has_problem(examine(facts)));
    facts.root = {};
    CHECK(faults(facts).empty());
}

TEST_CASE("doctor --json: keys are as promised") {
    Facts facts = healthy();
    facts.memory = kGiB;
    const auto json = findings_json(examine(facts));
    REQUIRE(json["findings"].size() == 10);
    for (const char* key : {"level", "subject", "text", "advice"})
        CHECK(json["findings"][0].contains(key));
    CHECK(json["findings"][8]["level"] == "warning");
}

TEST_CASE("the release of a kernel image") {
    std::string image(0x400, '\0');
    CHECK_FALSE(kernel_release_of(image));
    image.replace(0x202, 4, "HdrS");
    image[0x20f] = 1;  // 0x100 behind 0x200
    image.replace(0x300, 20, "6.12.1-dolmen (x@y) ");
    CHECK(kernel_release_of(image) == "6.12.1-dolmen");
    // Points behind the end, or to nothing.
    image[0x20f] = 9;
    CHECK_FALSE(kernel_release_of(image));
    image[0x20f] = 0;
    image[0x20e] = 0x70;
    CHECK_FALSE(kernel_release_of(image));
    CHECK_FALSE(kernel_release_of("HdrS"));
}

TEST_CASE("what nodes load, and which units do not run") {
    const BootPointer pointer = parse_boot_pointer(
        "build=b1\nkernel=http://h/k\ninitrd=http://h/1\ninitrd=http://h/2\nnew=x\nnonsense\n");
    CHECK(pointer.build == "b1");
    CHECK(pointer.urls == std::vector<std::string>{"http://h/k", "http://h/1", "http://h/2"});
    CHECK(stopped_units("Id=a.service\nActiveState=active\n\nId=b.service\nActiveState=failed\n\n"
                        "Id=c.service\nActiveState=inactive\n") ==
          std::vector<std::string>{"b.service", "c.service"});
}

TEST_CASE("URLs: numeric, and nothing in them that ends a request") {
    CHECK(parse_url("http://10.77.0.1/boot/a").value() == Url{"10.77.0.1", 80, "/boot/a"});
    CHECK(parse_url("http://10.77.0.1:8080/").value() == Url{"10.77.0.1", 8080, "/"});
    for (const char* wrong : {"", "http://10.77.0.1", "https://10.77.0.1/", "http://host/",
                              "http://10.77.0.1:x/", "http://10.77.0.1/a b", "http://10.77.0.1/\r"})
        CHECK_FALSE(parse_url(wrong));
}

TEST_CASE("answers of a web server") {
    const auto answer =
        parse_http("HTTP/1.1 200 OK\r\nServer: x\r\ncontent-length:  12\r\n\r\nbody");
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->length == 12);
    CHECK(answer->body == "body");
    CHECK(parse_http("HTTP/1.1 404 Not Found\r\n\r\n")->status == 404);
    CHECK_FALSE(parse_http("HTTP/1.1 200 OK\r\n\r\n")->length);
    for (const char* wrong : {"", "\r\n\r\n", "HTTP/1.1 200 OK\r\n", "HTTP/1.1\r\n\r\n",
                              "HTTP/1.1 abc\r\n\r\n", "SSH-2.0\r\n\r\n"})
        CHECK_FALSE(parse_http(wrong));
}

TEST_CASE("a request over a connection") {
    const Fd listener = listen_tcp("127.0.0.1", 0).value();
    auto asked = std::async(std::launch::async, [&listener] {
        REQUIRE(wait_for(listener.get(), POLLIN, 2000).value());
        const Accepted client = accept(listener.get()).value();
        std::array<char, 256> bytes{};
        REQUIRE(wait_for(client.fd.get(), POLLIN, 2000).value());
        const ssize_t done = ::read(client.fd.get(), bytes.data(), bytes.size());
        REQUIRE(write_all(client.fd.get(), std::string("HTTP/1.1 200 OK\r\n\r\nbuild=b1\n")));
        return std::string(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(done, 0)));
    });
    const Url url{"127.0.0.1", local_port(listener.get()).value(), "/boot/current"};
    const auto answer = http_request(HttpMethod::kGet, url, 2s);
    REQUIRE(answer);
    CHECK(answer->body == "build=b1\n");
    CHECK(asked.get().starts_with("GET /boot/current HTTP/1.0\r\nHost: 127.0.0.1\r\n"));
}
