// SPDX-License-Identifier: GPL-2.0-only
#include "noded/dhcp_news.hpp"

#include <charconv>
#include <sstream>
#include <vector>

namespace dolmen::node {
namespace {

// A server that gives no mask means a network of its own; most are this large.
constexpr unsigned kUsualPrefix = 24;

tl::unexpected<Error> bad(const std::string& line) {
    return fail_errno("DHCP client: \"" + line.substr(0, 100) + "\"", EBADMSG);
}

Result<unsigned> parse_prefix(const std::string& word, const std::string& line) {
    if (word == "-")
        return kUsualPrefix;
    unsigned prefix = 0;
    const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), prefix);
    if (code != std::errc{} || end != word.data() + word.size() || prefix < 1 || prefix > 30)
        return bad(line);
    return prefix;
}

}  // namespace

Result<DhcpNews> parse_dhcp_news(const std::string& line) {
    std::vector<std::string> words;
    std::istringstream stream(line);
    for (std::string word; stream >> word;)
        words.push_back(word);
    if (words.size() != 4)
        return bad(line);
    const std::string& event = words[0];
    if (event == "deconfig" || event == "nak")
        return DhcpNews{DhcpNews::Kind::kLost, {}, {}};
    if (event == "leasefail")
        return DhcpNews{DhcpNews::Kind::kSilent, {}, {}};
    if (event != "bound" && event != "renew")
        return bad(line);
    DhcpNews news;
    news.kind = DhcpNews::Kind::kBound;
    news.address.address = DOLMEN_TRY(Ipv4::parse(words[1]));
    news.address.prefix = DOLMEN_TRY(parse_prefix(words[2], line));
    // 127.x, 224.x and above are no address of a card.
    const std::uint32_t first = news.address.address.bits >> 24U;
    if (!news.address.has_host(news.address.address) || first == 127 || first >= 224 || first == 0)
        return bad(line);
    if (words[3] != "-")
        news.server = DOLMEN_TRY(Ipv4::parse(words[3]));
    return news;
}

}  // namespace dolmen::node
