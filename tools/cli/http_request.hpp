// SPDX-License-Identifier: GPL-2.0-only
// As much HTTP as it takes to ask our own server for small files and for the sizes of
// large ones.
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dolmen::cli {

// "http://10.77.0.1:80/boot/current": numeric addresses only, as all of ours are.
struct Url {
    std::string address;
    std::uint16_t port = 80;
    std::string path;  // with the first '/'
    bool operator==(const Url&) const = default;
};
Result<Url> parse_url(const std::string& text);

struct HttpAnswer {
    unsigned status = 0;
    std::optional<std::uint64_t> length;  // of the whole file
    std::string body;
};
// All that a server has sent until it closed the connection. EBADMSG
Result<HttpAnswer> parse_http(std::string_view text);

enum class HttpMethod { kGet, kHead };
// EMSGSIZE: more than 64 KiB.
Result<HttpAnswer> http_request(HttpMethod method, const Url& url, std::chrono::milliseconds limit);

}  // namespace dolmen::cli
