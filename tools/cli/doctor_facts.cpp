// SPDX-License-Identifier: GPL-2.0-only
#include "cli/doctor_facts.hpp"

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/process.hpp"
#include "cli/doctor_network_facts.hpp"
#include "cli/http_request.hpp"
#include "kapi/kernel.hpp"
#include "kapi/text.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <array>
#include <charconv>
#include <ctime>
#include <sstream>

namespace dolmen::cli {
namespace {

using namespace std::chrono_literals;
using rpc::LanMode;

constexpr auto kAnswer = 5s;
// A program on a node, which may be busy or emulated.
constexpr auto kOnNode = 20s;
constexpr const char* kImageDirectory = "/usr/lib/dolmen/node";
constexpr const char* kBootDirectory = "/srv/dolmen";

bool serves(const Facts& facts) {
    return facts.status &&
           (facts.status->lan.mode == LanMode::kFull || facts.status->lan.mode == LanMode::kProxy);
}

std::string without_status(const Error& error) {
    return error.code() == EPROTO ? "dolmend is too old: it does not tell its state"
                                  : "dolmend can not be asked: " + error.to_string();
}

// Readable without a long wait for what is only the header of a large file.
std::string first_bytes(const std::string& path, std::size_t count) {
    const auto fd = open_file(path, O_RDONLY);
    if (!fd)
        return {};
    std::string bytes(count, '\0');
    const ssize_t done = ::read(fd->get(), bytes.data(), bytes.size());
    bytes.resize(done < 0 ? 0 : static_cast<std::size_t>(done));
    return bytes;
}

ImageFact find_image() {
    const std::string directory = kImageDirectory;
    ImageFact image;
    const auto build = read_file(directory + "/build", 4096);
    if (!build) {
        image.problem = "no image for nodes is installed: " + build.error().to_string();
        return image;
    }
    image.build = build->substr(0, build->find('\n'));
    constexpr std::size_t kHeader = 65536;
    image.kernel = kernel_release_of(first_bytes(directory + "/vmlinuz", kHeader)).value_or("");
    return image;
}

BootFileFact find_boot_file(const std::string& text) {
    BootFileFact file;
    file.name = text;
    const auto url = parse_url(text);
    if (!url) {
        file.problem = url.error().to_string();
        return file;
    }
    file.name = url->path;
    struct stat found {};
    if (::stat((kBootDirectory + url->path).c_str(), &found) == 0)
        file.on_disk = static_cast<std::uint64_t>(found.st_size);
    const auto answer = http_request(HttpMethod::kHead, *url, kAnswer);
    if (!answer)
        file.problem = answer.error().to_string();
    else if (answer->status != 200)
        file.problem = fmt::format("the server answers with status {}", answer->status);
    else
        file.served = answer->length.value_or(0);
    return file;
}

BootFact find_boot(const rpc::LanStatus& lan) {
    BootFact boot;
    const std::string address = lan.address.substr(0, lan.address.find('/'));
    const Url pointer{address, 80, "/boot/current"};
    const auto answer = http_request(HttpMethod::kGet, pointer, kAnswer);
    const std::string what = fmt::format("http://{}{}", address, pointer.path);
    if (!answer) {
        boot.problem = fmt::format("{} can not be read: {}", what, answer.error().to_string());
        return boot;
    }
    if (answer->status != 200) {
        boot.problem = fmt::format("{} is answered with status {}", what, answer->status);
        return boot;
    }
    const BootPointer current = parse_boot_pointer(answer->body);
    boot.build = current.build;
    for (const std::string& url : current.urls)
        boot.files.push_back(find_boot_file(url));
    return boot;
}

std::vector<std::string> find_stopped_services(bool serving) {
    std::vector<std::string> command = {"systemctl", "show", "--property=Id,ActiveState",
                                        "nfs-server.service", "chrony.service"};
    if (serving)
        command.insert(command.end(), {"dolmen-dnsmasq.service", "dolmen-nginx.service"});
    const auto shown = run_command(command, kAnswer);
    if (!shown || !shown->status.success())
        return {};
    return stopped_units(shown->output);
}

// Between the two times of the head the node has looked at its own.
void ask_for_time(NodeFact& node) {
    constexpr double kNanoseconds = 1e9;
    const auto before = clock_nanoseconds(CLOCK_REALTIME);
    const auto said =
        run_command({"/proc/self/exe", "run", "--on", node.name, "date", "+%s%N"}, kOnNode);
    const auto after = clock_nanoseconds(CLOCK_REALTIME);
    if (!said) {
        node.problem = said.error().to_string();
        return;
    }
    std::int64_t there = 0;
    const char* end = said->output.data() + said->output.size();
    if (!said->status.success() ||
        std::from_chars(said->output.data(), end, there).ec != std::errc{}) {
        node.problem = said->output.substr(0, said->output.find('\n'));
        return;
    }
    const auto between = before + (after - before) / 2;
    node.clock_ahead = static_cast<double>(there - between) / kNanoseconds;
    node.clock_error = static_cast<double>(after - before) / 2 / kNanoseconds;
}

void ask_module(Facts& facts) {
    const auto kernel = kapi::open_kernel();
    if (!kernel) {
        facts.no_module = kernel.error().to_string();
        return;
    }
    const auto version = (*kernel)->version();
    const auto nodes = (*kernel)->nodes();
    if (!version || !nodes) {
        facts.no_module = (version ? nodes.error() : version.error()).to_string();
        return;
    }
    facts.module_build = version->build;
    for (const dolmen_node_info& info : *nodes) {
        if (info.node == 0 || info.state != DOLMEN_NODE_UP)
            continue;
        NodeFact node;
        node.name = kapi::text(info.name);
        node.memory = info.memory;
        ask_for_time(node);
        facts.nodes.push_back(std::move(node));
    }
}

void look_at_machine(Facts& facts) {
    utsname name{};
    if (::uname(&name) == 0)
        facts.kernel = name.release;
    struct sysinfo info {};
    if (::sysinfo(&info) == 0)
        facts.memory = std::uint64_t{info.totalram} * info.mem_unit;
    struct statvfs root {};
    if (::statvfs("/", &root) == 0)
        facts.root = {root.f_blocks * root.f_frsize, root.f_bavail * root.f_frsize};
    struct stat self {};
    if (::stat("/proc/self/exe", &self) == 0)
        facts.programs_built = self.st_mtime;
    facts.now = std::time(nullptr);
}

}  // namespace

std::optional<std::string> kernel_release_of(std::string_view image) {
    // Documentation/arch/x86/boot.rst: "HdrS" at 0x202, at 0x20e where the text with the
    // version is, counted from 0x200.
    constexpr std::size_t kMagicAt = 0x202;
    constexpr std::size_t kPointerAt = 0x20e;
    constexpr std::size_t kBase = 0x200;
    constexpr std::size_t kMost = 256;
    if (image.size() < kPointerAt + 2 || image.substr(kMagicAt, 4) != "HdrS")
        return std::nullopt;
    const std::size_t at = kBase + static_cast<unsigned char>(image[kPointerAt]) +
                           (std::size_t{static_cast<unsigned char>(image[kPointerAt + 1])} << 8U);
    if (at >= image.size())
        return std::nullopt;
    const std::string_view text = image.substr(at, kMost);
    const auto end = text.find_first_of(std::string_view(" \0", 2));
    if (end == 0 || end == std::string_view::npos)
        return std::nullopt;
    return std::string(text.substr(0, end));
}

BootPointer parse_boot_pointer(const std::string& text) {
    BootPointer pointer;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const auto equals = line.find('=');
        if (equals == std::string::npos)
            continue;
        const std::string key = line.substr(0, equals);
        const std::string value = line.substr(equals + 1);
        if (key == "build")
            pointer.build = value;
        else if (key == "kernel" || key == "initrd")
            pointer.urls.push_back(value);
    }
    return pointer;
}

std::vector<std::string> stopped_units(const std::string& shown) {
    std::vector<std::string> stopped;
    std::string unit;
    std::istringstream lines(shown);
    for (std::string line; std::getline(lines, line);) {
        const auto equals = line.find('=');
        const std::string key = line.substr(0, equals);
        const std::string value = equals == std::string::npos ? "" : line.substr(equals + 1);
        if (key == "Id")
            unit = value;
        else if (key == "ActiveState" && value != "active" && value != "activating")
            stopped.push_back(unit);
    }
    return stopped;
}

Facts gather_facts(const std::string& tools_version, const std::string& socket) {
    Facts facts;
    facts.tools_version = tools_version;
    if (auto status = rpc::ask_status(socket, kAnswer))
        facts.status = std::move(*status);
    else
        facts.no_status = without_status(status.error());
    look_at_machine(facts);
    find_cards_and_servers(facts);
    facts.stopped_services = find_stopped_services(serves(facts));
    facts.image = find_image();
    if (serves(facts))
        facts.boot = find_boot(facts.status->lan);
    ask_module(facts);
    return facts;
}

}  // namespace dolmen::cli
