// SPDX-License-Identifier: GPL-2.0-only
// The screen in several states of a head, against golden/NAME. Each line of such a file
// but the first begins with its style: '=' title, '*' strong, '!' warning. With DOLMEN_RENEW_GOLDEN
// set in the environment they are written instead of compared.
#include "base/file.hpp"
#include "console/next_step.hpp"
#include "console/painter.hpp"
#include "console/password.hpp"
#include "console/screen.hpp"
#include "console/terminal.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>
#include <cstdlib>
#include <map>
#include <set>

using namespace dolmen;
using namespace dolmen::console;
using namespace dolmen::rpc;

namespace {

constexpr std::uint64_t kGiB = 1ULL << 30U;

char mark(Style style) {
    switch (style) {
        case Style::kPlain:
            break;
        case Style::kTitle:
            return '=';
        case Style::kStrong:
            return '*';
        case Style::kWarning:
            return '!';
    }
    return ' ';
}

std::string text_of(const std::vector<Line>& lines) {
    std::string text = "# SPDX-License-Identifier: GPL-2.0-only\n";
    for (const Line& line : lines) {
        text += mark(line.style) + line.text;
        text.erase(text.find_last_not_of(' ') + 1);
        text += '\n';
    }
    return text;
}

void check_golden(const std::string& name, const std::vector<Line>& lines) {
    const std::string path = std::string(CONSOLE_GOLDEN) + "/" + name;
    const std::string text = text_of(lines);
    if (std::getenv("DOLMEN_RENEW_GOLDEN") != nullptr)
        REQUIRE(write_file_atomically(path, text));
    CHECK_MESSAGE(read_file(path).value_or("") == text, path);
}

void check_fits(const std::vector<Line>& lines, Size size) {
    CHECK(lines.size() == size.rows);
    for (const Line& line : lines) {
        CHECK(line.text.size() <= size.columns);
        for (const char byte : line.text)
            CHECK((byte >= 0x20 && byte < 0x7f));
    }
}

View live_head(LanStatus lan) {
    View view;
    view.version = "0.1.0";
    view.login = Login{"demo", "kbrtnvexgphc"};
    view.root = {2 * kGiB, 2 * kGiB - 300 * (kGiB >> 10U)};
    view.status = HeadStatus{"0.1.0", "b1", std::move(lan), {}, {}, view.root, kLoginFile};
    return view;
}

LanStatus full_lan() {
    return {LanMode::kFull,
            "eth0",
            "10.77.0.1/24",
            "No DHCP server answers on eth0, so this head serves it.",
            {}};
}

View probing() {
    return live_head({LanMode::kProbing, "", "", "", {}});
}

View nobody_yet() {
    return live_head(full_lan());
}

View full_with_nodes() {
    View view = live_head(full_lan());
    view.status->nodes = {
        {"node1", "52:54:00:77:00:01", NodeStatusState::kUp, "10.77.0.101", ""},
        {"node2", "52:54:00:77:00:02", NodeStatusState::kJoining, "10.77.0.102", ""},
        {"node3", "52:54:00:77:00:03", NodeStatusState::kAway, "10.77.0.103",
         "no heartbeat for 5 s"},
        {"node4", "52:54:00:77:00:04", NodeStatusState::kAway, "10.77.0.104",
         "its kernel module is build 5c1a, this head's is 77e0"}};
    view.status->machines = {
        {"52:54:00:77:00:05", "10.77.0.23", MachineStage::kLoading, "", 12},
        {"52:54:00:77:00:06", "", MachineStage::kSeen,
         "its firmware is UEFI, and only PCs with BIOS can be booted so far", 40},
        // Shown as node3 already.
        {"52:54:00:77:00:03", "10.77.0.103", MachineStage::kLost, "no heartbeat for 5 s", 130}};
    return view;
}

View foreign_server() {
    return live_head({LanMode::kOff,
                      "",
                      "",
                      "This head serves nothing, because the DHCP server 192.168.1.1 answers on "
                      "eth0.",
                      {{'p', "boot BIOS PCs on eth0 beside the DHCP server 192.168.1.1"}}});
}

View two_cards() {
    View view = live_head({LanMode::kOff,
                           "",
                           "",
                           "This head serves nothing, because the DHCP server 192.168.1.1 answers "
                           "on eth0 and the DHCP server 172.16.0.1 answers on eth1.",
                           {{'1', "boot BIOS PCs on eth0 beside the DHCP server 192.168.1.1"},
                            {'2', "boot BIOS PCs on eth1 beside the DHCP server 172.16.0.1"}}});
    view.note = "1 was pressed.";
    return view;
}

View no_cable() {
    View view = live_head({LanMode::kOff,
                           "",
                           "",
                           "This head serves nothing, because no network card has a link: plug a "
                           "cable in.",
                           {}});
    view.login.reset();
    return view;
}

View nearly_full() {
    View view = live_head(full_lan());
    view.status->nodes = {{"node1", "52:54:00:77:00:01", NodeStatusState::kUp, "10.77.0.101", ""}};
    view.root = {2 * kGiB, kGiB / 5};
    return view;
}

View without_daemon() {
    View view = live_head({});
    view.status.reset();
    view.no_status = "dolmend, the program that serves the nodes, does not run (yet).";
    return view;
}

View hostile() {
    const std::string evil = "\x1b[2J\x1b]0;x\a\r\n\xc2\x9b" + std::string(300, 'A');
    View view = live_head({LanMode::kFull, evil, evil, evil, {{'x', evil}}});
    view.version = evil;
    view.status->version = evil;
    view.status->nodes = {{evil, evil, NodeStatusState::kUp, evil, evil},
                          {"n\xc3\xa9ud", "", NodeStatusState::kUnknown, "", ""}};
    view.status->machines = {{evil, evil, MachineStage::kUnknown, evil, UINT64_MAX}};
    view.login = Login{evil, evil};
    view.note = evil;
    return view;
}

View crowd() {
    View view = live_head(full_lan());
    for (int number = 1; number <= 64; ++number)
        view.status->nodes.push_back({fmt::format("node{}", number), "",
                                      number == 50 ? NodeStatusState::kAway : NodeStatusState::kUp,
                                      fmt::format("10.77.0.{}", 100 + number),
                                      number == 50 ? "no heartbeat for 5 s" : ""});
    for (int number = 0; number < 40; ++number)
        view.status->machines.push_back({fmt::format("52:54:00:77:01:{:02x}", number),
                                         fmt::format("10.77.0.{}", 20 + number),
                                         MachineStage::kBooting, "", 3});
    return view;
}

}  // namespace

TEST_CASE("the screens are the golden ones, and fit") {
    const std::map<std::string, View> views = {{"probing", probing()},
                                               {"nobody-yet", nobody_yet()},
                                               {"full-with-nodes", full_with_nodes()},
                                               {"foreign-server", foreign_server()},
                                               {"two-cards", two_cards()},
                                               {"no-cable", no_cable()},
                                               {"nearly-full", nearly_full()},
                                               {"without-daemon", without_daemon()},
                                               {"hostile", hostile()},
                                               {"crowd", crowd()}};
    for (const auto& [name, view] : views) {
        check_golden(name, render(view, {}));
        for (const Size size : {Size{}, Size{60, 20}, Size{100, 60}})
            check_fits(render(view, size), size);
    }
}

TEST_CASE("memory: a warning at 80 % used, in other words when it is full") {
    const auto memory = [](std::uint64_t total, std::uint64_t free) {
        View view = nobody_yet();
        view.root = {total, free};
        for (const Line& line : render(view, {}))
            if (line.text.starts_with(" Memory"))
                return line;
        return Line{};
    };
    CHECK(memory(kGiB, kGiB / 2).style == Style::kPlain);
    CHECK(memory(1000 * kGiB, 210 * kGiB).style == Style::kPlain);
    CHECK(memory(1000 * kGiB, 200 * kGiB).style == Style::kWarning);
    CHECK(memory(kGiB, 0).text ==
          " Memory   0 KB of 1.0 GB left for files (100 % used): FULL, "
          "delete files");
    // A file system may tell nonsense.
    CHECK(memory(kGiB, 2 * kGiB).style == Style::kPlain);
    CHECK(memory(0, 0).text == " Memory   not known");
}

TEST_CASE("what to do next") {
    const auto first = [](const View& view) { return next_steps(view).front(); };
    CHECK(first(probing()) == "Wait some seconds.");
    CHECK(first(nobody_yet()).starts_with("Switch on the other PCs and choose network boot"));
    CHECK(first(foreign_server()) ==
          "Press P to boot BIOS PCs on eth0 beside the DHCP server 192.168.1.1.");
    CHECK(first(full_with_nodes()).find("sudo dolmen doctor") != std::string::npos);
    CHECK(first(nearly_full()).starts_with("Log in"));
    CHECK(first(without_daemon()).find("systemctl status dolmend") != std::string::npos);
    View coming = nobody_yet();
    coming.status->machines = {{"52:54:00:77:00:05", "", MachineStage::kSeen, "", 12}};
    CHECK(first(coming) == "Wait: a PC is on its way.");
    // It asks and asks: nothing of what is sent to it arrives.
    coming.status->machines.front().seconds = 151;
    CHECK(first(coming).find("doctor") != std::string::npos);
}

TEST_CASE("wrapping keeps words whole where it can") {
    using Texts = std::vector<std::string>;
    CHECK(wrap("", 10, 3).empty());
    CHECK(wrap("one two three", 7, 3) == Texts{"one two", "three"});
    CHECK(wrap("one two three four", 7, 1) == Texts{"one ..."});
    CHECK(wrap("one two", 20, 1) == Texts{"one two"});
    CHECK(wrap("incomprehensibilities", 10, 2) == Texts{"incompr..."});
}

TEST_CASE("only lines that have changed are painted") {
    Painter painter;
    const std::string all = painter.paint({{"a", Style::kTitle}, {"b", Style::kPlain}}, false);
    CHECK(all == "\x1b[1;1H\x1b[0m\x1b[K\x1b[0;7ma\x1b[0m\x1b[2;1H\x1b[0m\x1b[K\x1b[0mb\x1b[0m");
    CHECK(painter.paint({{"a", Style::kTitle}, {"b", Style::kPlain}}, false).empty());
    CHECK(painter.paint({{"a", Style::kTitle}, {"b", Style::kWarning}}, false) ==
          "\x1b[2;1H\x1b[0m\x1b[K\x1b[0;1;33mb\x1b[0m");
    CHECK(painter.paint({{"a", Style::kTitle}, {"b", Style::kPlain}}, true) == all);
}

TEST_CASE("keys: letters and digits, not what arrows and function keys send") {
    CHECK(key_of("p") == 'p');
    CHECK(key_of("P") == 'p');
    CHECK(key_of("1") == '1');
    CHECK(key_of("\npp") == 'p');
    for (const char* none : {"", "\n", " ", "\x03", "\x1b[A", "\x1b[[A", "\x1bp", "\xc3\xa9"})
        CHECK_FALSE(key_of(none));
}

TEST_CASE("passwords: of the letters that everybody can read and type, all of them used") {
    unsigned next = 0;
    std::set<char> seen;
    for (int number = 0; number < 50; ++number) {
        const auto password = make_password([&] { return static_cast<std::uint8_t>(next++ * 37); });
        REQUIRE(password);
        CHECK(password->size() == kPasswordLength);
        seen.insert(password->begin(), password->end());
    }
    CHECK(std::string(seen.begin(), seen.end()) == kPasswordLetters);
    // Bytes at the end of the range would favour some letters: they are not used.
    unsigned asked = 0;
    const auto password = make_password(
        [&] { return asked++ % 2 == 0 ? std::optional<std::uint8_t>(255) : std::uint8_t{0}; });
    CHECK(password == std::string(kPasswordLength, kPasswordLetters.front()));
    CHECK_FALSE(make_password([] { return std::optional<std::uint8_t>(); }));
}

TEST_CASE("the file of the login") {
    const Login login{"demo", "bcdefghjknpr"};
    CHECK(to_file(login) == "demo bcdefghjknpr\n");
    CHECK(from_file(to_file(login)) == login);
    for (const char* wrong : {"", "\n", "demo", "demo \n", " x\n", "demo a b\n", "demo a\nb"})
        CHECK_FALSE(from_file(wrong));
}
