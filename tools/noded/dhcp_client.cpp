// SPDX-License-Identifier: GPL-2.0-only
#include "noded/dhcp_client.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <csignal>

namespace dolmen::node {
namespace {

// It ends when nobody has answered: when to ask again is decided here.
constexpr const char* kQuestions = "3";
constexpr const char* kSecondsBetween = "2";
// What the head sees of who asks (DNSMASQ_VENDOR_CLASS).
constexpr const char* kVendorClass = "dolmen-node";
constexpr std::size_t kLongestLine = 512;

}  // namespace

Result<DhcpClient> DhcpClient::start(const std::string& card, const std::string& script) {
    const Fd null = DOLMEN_TRY(open_file("/dev/null", O_RDWR));
    Pipe news = DOLMEN_TRY(make_pipe());
    SpawnOptions options;
    options.input = null.get();
    // Its script's; what it says itself is for a person with nothing else.
    options.output = news.write.get();
    options.error = null.get();
    options.parent_death_signal = SIGKILL;
    // -o -O subnet: routes and name servers are of no use here.
    Process process = DOLMEN_TRY(
        Process::spawn({"busybox", "udhcpc", "-f", "-n", "-t", kQuestions, "-T", kSecondsBetween,
                        "-i", card, "-s", script, "-o", "-O", "subnet", "-V", kVendorClass},
                       options));
    return DhcpClient(std::move(process), std::move(news.read));
}

Result<std::optional<DhcpNews>> DhcpClient::next(std::chrono::milliseconds limit) {
    if (const auto end = unread_.find('\n'); end != std::string::npos) {
        const std::string line = unread_.substr(0, end);
        unread_.erase(0, end + 1);
        return std::optional(DOLMEN_TRY(parse_dhcp_news(line)));
    }
    if (!DOLMEN_TRY(wait_for(news_.get(), POLLIN, static_cast<int>(limit.count()))))
        return std::optional<DhcpNews>{};
    char buffer[kLongestLine];
    const ssize_t done = ::read(news_.get(), buffer, sizeof(buffer));
    if (done < 0 && errno == EINTR)
        return std::optional<DhcpNews>{};
    if (done < 0)
        return fail_errno("read from the DHCP client");
    if (done == 0)
        return std::optional(DhcpNews{DhcpNews::Kind::kSilent, {}, {}});
    unread_.append(buffer, static_cast<std::size_t>(done));
    const bool whole = unread_.find('\n') != std::string::npos;
    if (!whole && unread_.size() >= kLongestLine)
        return fail_errno("read from the DHCP client", EMSGSIZE);
    if (!whole)
        return std::optional<DhcpNews>{};
    return next(std::chrono::milliseconds(0));
}

Result<> DhcpClient::renew() {
    return process_.kill(SIGUSR1);
}

}  // namespace dolmen::node
