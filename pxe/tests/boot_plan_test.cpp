// SPDX-License-Identifier: GPL-2.0-only
#include "pxe/lib/boot_plan.hpp"

#include "pxe/tests/plans.hpp"

#include <doctest/doctest.h>

using namespace dolmen;
using namespace dolmen::pxe;

namespace {

// What check() says of a good plan with one thing changed; empty: nothing.
template <class Change>
std::string complaint(Change change) {
    BootPlan plan = full_plan();
    change(plan);
    const auto checked = check(plan);
    return checked ? "" : checked.error().to_string();
}

bool tells_of(const std::string& complaint, const std::string& what) {
    return complaint.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("names mean themselves everywhere") {
    for (const char* good : {"a", "0.2.0-1a2b", "6.12.117+deb12~1", "node.img", "a_b"})
        CHECK_MESSAGE(is_name(good), good);
    for (const char* bad : {"", ".", "..", ".hidden", "-x", "a/b", "a b", "a%41", "a\n", "ä", "a#"})
        CHECK_MESSAGE(!is_name(bad), bad);
    CHECK(is_name(std::string(kNameLimit, 'a')));
    CHECK_FALSE(is_name(std::string(kNameLimit + 1, 'a')));
}

TEST_CASE("a good plan is good; of one that is off nothing is asked") {
    CHECK(complaint([](BootPlan&) {}).empty());
    CHECK(check(BootPlan{}));
}

TEST_CASE("ranges that cannot be are refused") {
    const auto range = [](const char* first, const char* last) {
        return complaint([&](BootPlan& plan) {
            plan.range = {Ipv4::parse(first).value(), Ipv4::parse(last).value()};
        });
    };
    CHECK(tells_of(range("10.78.0.20", "10.77.0.250"),
                   "range: 10.78.0.20 is not a host of the network 10.77.0.0/24"));
    CHECK(tells_of(range("10.77.0.20", "10.77.1.250"), "10.77.1.250 is not a host"));
    CHECK(tells_of(range("10.77.0.0", "10.77.0.250"), "10.77.0.0 is not a host"));
    CHECK(tells_of(range("10.77.0.20", "10.77.0.255"), "10.77.0.255 is not a host"));
    CHECK(tells_of(range("10.77.0.30", "10.77.0.20"), "10.77.0.30 comes after 10.77.0.20"));
    CHECK(tells_of(range("10.77.0.1", "10.77.0.20"), "the head's own address 10.77.0.1"));
    CHECK(range("10.77.0.2", "10.77.0.2").empty());
    // It is another server's business then.
    CHECK(complaint([](BootPlan& plan) {
              plan.mode = DhcpMode::kProxy;
              plan.range = {};
          }).empty());
}

TEST_CASE("networks that cannot be are refused") {
    CHECK(tells_of(complaint([](BootPlan& plan) { plan.interface = ""; }), "interface: \"\""));
    for (const char* name : {"eth*", "eth0,eth1", "a b", "interface-too-long", "eth0:1", "../x"})
        CHECK(tells_of(complaint([&](BootPlan& plan) { plan.interface = name; }), "interface"));
    for (const unsigned prefix : {0U, 7U, 31U, 32U, 33U})
        CHECK(tells_of(complaint([&](BootPlan& plan) { plan.prefix = prefix; }), "prefix"));
    CHECK(tells_of(complaint([](BootPlan& plan) { plan.head = Ipv4{0x0a4d0000U}; }), "head"));
    CHECK(tells_of(complaint([](BootPlan& plan) { plan.http_port = 0; }), "http_port"));
}

TEST_CASE("paths and names that would need quoting are refused") {
    for (const char* path : {"", "/", "srv", "/srv/my dolmen", "/srv/", "/srv//x", "/srv/../etc",
                             "/srv/.", "/srv/a;b", "/srv/$x", "/srv/{", "/srv/a\nb"}) {
        CHECK_MESSAGE(tells_of(complaint([&](BootPlan& plan) { plan.boot_directory = path; }),
                               "boot_directory"),
                      path);
        CHECK(tells_of(complaint([&](BootPlan& plan) { plan.run_directory = path; }), "run_"));
        CHECK(tells_of(complaint([&](BootPlan& plan) { plan.lease_script = path; }), "lease_"));
        CHECK(tells_of(complaint([&](BootPlan& plan) { plan.access_socket = path; }), "access_"));
    }
    // What a socket's name can hold.
    const std::string longest = "/" + std::string(106, 's');
    CHECK(complaint([&](BootPlan& plan) { plan.access_socket = longest; }).empty());
    CHECK(tells_of(complaint([&](BootPlan& plan) { plan.access_socket = longest + "s"; }),
                   "access_socket"));
    CHECK(tells_of(complaint([](BootPlan& plan) { plan.build = "0.2 dirty"; }),
                   "build: \"0.2 dirty\" (want at most 64 letters"));
    CHECK(tells_of(complaint([](BootPlan& plan) { plan.not_served = {"eth0"}; }), "not_served"));
    CHECK(tells_of(complaint([](BootPlan& plan) { plan.build = ".."; }), "build"));
    CHECK(tells_of(complaint([](BootPlan& plan) { plan.build = "current"; }), "another name"));
    CHECK(tells_of(complaint([](BootPlan& plan) { plan.kernel = "a/b"; }), "kernel"));
}

TEST_CASE("initrds have a number and different names") {
    CHECK(tells_of(complaint([](BootPlan& plan) { plan.initrds = {}; }), "0 of them"));
    CHECK(tells_of(complaint([](BootPlan& plan) {
                       plan.initrds = {"a", "b", "c", "d", "e"};
                   }),
                   "5 of them"));
    CHECK(tells_of(complaint([](BootPlan& plan) { plan.initrds = {"a", "a"}; }), "each name once"));
    CHECK(tells_of(complaint([](BootPlan& plan) { plan.initrds = {"vmlinuz"}; }), "each name"));
    CHECK(tells_of(complaint([](BootPlan& plan) { plan.initrds = {"a,b"}; }), "initrds"));
}

TEST_CASE("kernel arguments are words that the loader leaves alone") {
    for (const char* word :
         {"", "two words", "line\nLINUX x", "tab\t", "caf\xc3\xa9", "initrd=x", "noinitrd=1"})
        CHECK_MESSAGE(
            tells_of(complaint([&](BootPlan& plan) { plan.arguments = {word}; }), "arguments"),
            word);
    CHECK(complaint([](BootPlan& plan) { plan.arguments = {}; }).empty());
    const std::string half(kArgumentLimit / 2 - 1, 'a');
    CHECK(complaint([&](BootPlan& plan) { plan.arguments = {half, half}; }).empty());
    CHECK(tells_of(complaint([&](BootPlan& plan) {
                       plan.arguments = {half, half, "b"};
                   }),
                   "1026 bytes (want at most 1024)"));
}

TEST_CASE("URLs are numeric and name the port only where it is another") {
    BootPlan plan = full_plan();
    CHECK(boot_url(plan, "vmlinuz") == "http://10.77.0.1/boot/b1/vmlinuz");
    plan.http_port = 8080;
    CHECK(boot_url(plan, "vmlinuz") == "http://10.77.0.1:8080/boot/b1/vmlinuz");
}
