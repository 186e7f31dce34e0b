// SPDX-License-Identifier: GPL-2.0-only
#include "pxe/lib/plan_file.hpp"

#include <doctest/doctest.h>

using namespace dolmen;
using namespace dolmen::pxe;

TEST_CASE("a plan file sets the members it names") {
    const auto plan = parse_plan(
        "mode = 'full'\ninterface = 'eth1'\nhead = '10.77.0.1/16'\n"
        "range = ['10.77.0.20', '10.77.9.250']\nhttp_port = 8080\n"
        "boot_directory = '/b'\nrun_directory = '/r'\nlease_script = '/l'\n"
        "access_socket = '/a'\nbuild = 'x1'\nkernel = 'k'\ninitrds = ['i', 'j']\n"
        "arguments = ['quiet']\n");
    REQUIRE(plan);
    CHECK(plan->mode == DhcpMode::kFull);
    CHECK(plan->interface == "eth1");
    CHECK(plan->head.to_string() == "10.77.0.1");
    CHECK(plan->prefix == 16);
    CHECK(plan->range.first.to_string() == "10.77.0.20");
    CHECK(plan->range.last.to_string() == "10.77.9.250");
    CHECK(plan->http_port == 8080);
    CHECK(plan->boot_directory == "/b");
    CHECK(plan->run_directory == "/r");
    CHECK(plan->lease_script == "/l");
    CHECK(plan->access_socket == "/a");
    CHECK(plan->build == "x1");
    CHECK(plan->kernel == "k");
    CHECK(plan->initrds == std::vector<std::string>{"i", "j"});
    CHECK(plan->arguments == std::vector<std::string>{"quiet"});
}

TEST_CASE("what a plan file does not name keeps its default") {
    const auto plan = parse_plan("");
    REQUIRE(plan);
    CHECK(plan->mode == DhcpMode::kOff);
    CHECK(plan->http_port == 80);
    CHECK(plan->initrds == BootPlan{}.initrds);
    CHECK(parse_plan("mode = 'proxy'")->mode == DhcpMode::kProxy);
    CHECK(parse_plan("mode = 'off'")->mode == DhcpMode::kOff);
}

TEST_CASE("a wrong plan file is refused with line and key") {
    const auto complaint = [](const std::string& toml) {
        const auto plan = parse_plan("\n" + toml + "\n");
        REQUIRE_FALSE(plan);
        CHECK(plan.error().code() == EINVAL);
        return plan.error().to_string();
    };
    CHECK(complaint("colour = 'red'").starts_with("line 2: colour: unknown key"));
    CHECK(complaint("mode = 'some'").starts_with("line 2: mode: want \"off\""));
    CHECK(complaint("interface = 1").starts_with("line 2: interface: want a text"));
    CHECK(complaint("head = '10.77.0.1'").starts_with("line 2: head: want ADDRESS/LENGTH"));
    CHECK(complaint("head = '10.77.0.1/x'").starts_with("line 2: head: want ADDRESS/LENGTH"));
    CHECK(complaint("head = '10.77.0.1/24x'").starts_with("line 2: head: want ADDRESS/LENGTH"));
    CHECK(complaint("head = 'dolmen/24'").starts_with("line 2: head: \"dolmen\" is no IPv4"));
    CHECK(complaint("range = ['10.77.0.1']").starts_with("line 2: range: want two addresses"));
    CHECK(complaint("range = '10.77.0.1'").starts_with("line 2: range: want a list"));
    CHECK(complaint("http_port = 0").starts_with("line 2: http_port: want a number"));
    CHECK(complaint("http_port = 65536").starts_with("line 2: http_port: want a number"));
    CHECK(complaint("initrds = ['a', 2]").starts_with("line 2: initrds: want a text"));
    CHECK(complaint("[boot]").starts_with("line 2: boot: unknown key"));
    CHECK(complaint("mode = ").starts_with("line 2: "));
}
