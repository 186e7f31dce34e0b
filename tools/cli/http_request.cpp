// SPDX-License-Identifier: GPL-2.0-only
#include "cli/http_request.hpp"

#include "base/clock.hpp"
#include "base/fd.hpp"
#include "base/ipv4.hpp"
#include "rpc/socket.hpp"

#include <fmt/core.h>
#include <poll.h>
#include <strings.h>
#include <unistd.h>
#include <array>
#include <charconv>

namespace dolmen::cli {
namespace {

constexpr std::size_t kAnswerLimit = 65536;
constexpr std::string_view kScheme = "http://";

template <class Number>
std::optional<Number> to_number(std::string_view text) {
    Number number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

tl::unexpected<Error> no_url(const std::string& text) {
    return fail_errno(fmt::format("URL \"{}\"", text), EINVAL);
}

tl::unexpected<Error> no_http() {
    return fail_errno("the answer is not HTTP", EBADMSG);
}

// The value of a header line, if it is this one.
std::optional<std::string_view> value_of(std::string_view line, std::string_view name) {
    if (line.size() <= name.size() || line[name.size()] != ':' ||
        ::strncasecmp(line.data(), name.data(), name.size()) != 0)
        return std::nullopt;
    line.remove_prefix(name.size() + 1);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    return line;
}

Result<std::string> read_to_end(int fd, const Deadline& deadline) {
    std::string text;
    std::array<char, 4096> bytes{};
    for (;;) {
        if (!DOLMEN_TRY(wait_for(fd, POLLIN, deadline.milliseconds_left())))
            return fail_errno("wait for the answer", ETIMEDOUT);
        const ssize_t done = ::read(fd, bytes.data(), bytes.size());
        if (done == 0)
            return text;
        if (done < 0 && errno != EINTR)
            return fail_errno("read the answer");
        if (done > 0)
            text.append(bytes.data(), static_cast<std::size_t>(done));
        if (text.size() > kAnswerLimit)
            return fail_errno("read the answer", EMSGSIZE);
    }
}

}  // namespace

Result<Url> parse_url(const std::string& text) {
    if (!text.starts_with(kScheme))
        return no_url(text);
    const std::string rest = text.substr(kScheme.size());
    const auto slash = rest.find('/');
    // Nothing that could end the line of a request.
    if (slash == std::string::npos || rest.find_first_of(" \r\n\t") != std::string::npos)
        return no_url(text);
    Url url{rest.substr(0, slash), 80, rest.substr(slash)};
    if (const auto colon = url.address.find(':'); colon != std::string::npos) {
        const auto port = to_number<std::uint16_t>(std::string_view(url.address).substr(colon + 1));
        if (!port)
            return no_url(text);
        url.port = *port;
        url.address.resize(colon);
    }
    if (!Ipv4::parse(url.address))
        return no_url(text);
    return url;
}

Result<HttpAnswer> parse_http(std::string_view text) {
    // "HTTP/1.1 200 OK"
    constexpr std::string_view kVersion = "HTTP/1.";
    constexpr std::size_t kStatusAt = kVersion.size() + 2;
    constexpr std::size_t kStatusDigits = 3;
    const auto end = text.find("\r\n\r\n");
    if (!text.starts_with(kVersion) || end == std::string_view::npos || end < kStatusAt)
        return no_http();
    HttpAnswer answer;
    const auto status = to_number<unsigned>(text.substr(kStatusAt, kStatusDigits));
    if (!status)
        return no_http();
    answer.status = *status;
    answer.body = text.substr(end + 4);
    std::string_view head = text.substr(0, end);
    while (!head.empty()) {
        const auto line_end = std::min(head.find("\r\n"), head.size());
        if (const auto value = value_of(head.substr(0, line_end), "Content-Length"))
            answer.length = to_number<std::uint64_t>(*value);
        head.remove_prefix(std::min(line_end + 2, head.size()));
    }
    return answer;
}

Result<HttpAnswer> http_request(HttpMethod method, const Url& url,
                                std::chrono::milliseconds limit) {
    const auto deadline = Deadline::after(limit);
    const Fd fd = DOLMEN_TRY(rpc::connect_tcp(url.address, url.port, limit));
    // The server closes the connection behind an answer to version 1.0.
    DOLMEN_TRY(write_all(
        fd.get(), fmt::format("{} {} HTTP/1.0\r\nHost: {}\r\n\r\n",
                              method == HttpMethod::kGet ? "GET" : "HEAD", url.path, url.address)));
    return parse_http(DOLMEN_TRY(read_to_end(fd.get(), deadline)));
}

}  // namespace dolmen::cli
