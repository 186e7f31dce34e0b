// SPDX-License-Identifier: GPL-2.0-only
#include "rpc/frame.hpp"

#include "base/clock.hpp"

#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

namespace dolmen::rpc {
namespace {

// Brackets are counted before the parser sees the text: both the parser's
// result and its destructor would else be as deep as the peer wants.
bool is_too_deep(std::string_view text) {
    int depth = 0;
    bool in_string = false;
    bool escaped = false;
    for (const char character : text) {
        if (in_string) {
            if (escaped)
                escaped = false;
            else if (character == '\\')
                escaped = true;
            else if (character == '"')
                in_string = false;
        } else if (character == '"') {
            in_string = true;
        } else if (character == '{' || character == '[') {
            if (++depth > kDepthLimit)
                return true;
        } else if (character == '}' || character == ']') {
            --depth;
        }
    }
    return false;
}

std::size_t read_length(const char* header) {
    std::uint32_t length = 0;
    for (std::size_t index = 0; index < kHeaderBytes; ++index)
        length = length << 8U | static_cast<unsigned char>(header[index]);
    return length;
}

}  // namespace

Result<std::string> encode(const Json& message, std::size_t limit) {
    // Text that is not UTF-8 (a program's name, say) must not throw here.
    const std::string text = message.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (text.size() > limit)
        return fail_errno(fmt::format("encode a message of {} bytes", text.size()), EMSGSIZE);
    std::string frame;
    frame.reserve(kHeaderBytes + text.size());
    for (unsigned shift = 32; shift != 0;) {
        shift -= 8;
        frame.push_back(static_cast<char>(text.size() >> shift & 0xffU));
    }
    return frame + text;
}

Result<Json> decode_text(std::string_view text) {
    if (is_too_deep(text))
        return fail_errno("decode a message that is nested too deeply", EBADMSG);
    Json message = Json::parse(text, nullptr, false);
    if (message.is_discarded() || !message.is_object())
        return fail_errno("decode a message that is no JSON object", EBADMSG);
    return message;
}

// True when `wanted` bytes are there.
Result<bool> FrameReader::fill(int fd, char* to, std::size_t wanted, std::size_t& got) {
    while (got < wanted) {
        const ssize_t done = ::read(fd, to + got, wanted - got);
        if (done > 0) {
            got += static_cast<std::size_t>(done);
            continue;
        }
        if (done == 0)
            return fail_errno("read a message", ECONNRESET);
        if (errno == EAGAIN)
            return false;
        if (errno != EINTR)
            return fail_errno("read a message");
    }
    return true;
}

Result<> FrameReader::begin_body() {
    const std::size_t length = read_length(header_);
    if (length > limit_ || length < 2)
        return fail_errno(fmt::format("read a message of {} bytes (limit {})", length, limit_),
                          EMSGSIZE);
    body_.clear();
    body_got_ = 0;
    return {};
}

Result<std::optional<Json>> FrameReader::read(int fd) {
    // Grown as bytes come: a length alone must not make us take memory.
    constexpr std::size_t kStep = 65536;
    if (header_got_ < kHeaderBytes) {
        if (!DOLMEN_TRY(fill(fd, header_, kHeaderBytes, header_got_)))
            return std::optional<Json>{};
        DOLMEN_TRY(begin_body());
    }
    const std::size_t length = read_length(header_);
    while (body_got_ < length) {
        const std::size_t wanted = std::min(length, body_got_ + kStep);
        body_.resize(wanted);
        if (!DOLMEN_TRY(fill(fd, body_.data(), wanted, body_got_)))
            return std::optional<Json>{};
    }
    header_got_ = 0;
    return std::optional<Json>{DOLMEN_TRY(decode_text(body_))};
}

Result<> send_frame(int fd, const Json& message, std::chrono::milliseconds limit) {
    const auto deadline = Deadline::after(limit);
    const std::string frame = DOLMEN_TRY(encode(message));
    std::size_t sent = 0;
    while (sent < frame.size()) {
        const ssize_t done =
            ::send(fd, frame.data() + sent, frame.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (done >= 0) {
            sent += static_cast<std::size_t>(done);
        } else if (errno == EAGAIN) {
            if (!DOLMEN_TRY(wait_for(fd, POLLOUT, deadline.milliseconds_left())))
                return fail_errno("send a message", ETIMEDOUT);
        } else if (errno != EINTR) {
            return fail_errno("send a message");
        }
    }
    return {};
}

Result<Json> receive_frame(int fd, std::chrono::milliseconds limit, std::size_t size_limit) {
    const auto deadline = Deadline::after(limit);
    DOLMEN_TRY(set_nonblocking(fd, true));
    FrameReader reader(size_limit);
    for (;;) {
        auto message = DOLMEN_TRY(reader.read(fd));
        if (message) {
            DOLMEN_TRY(set_nonblocking(fd, false));
            return std::move(*message);
        }
        if (!DOLMEN_TRY(wait_for(fd, POLLIN, deadline.milliseconds_left())))
            return fail_errno("wait for a message", ETIMEDOUT);
    }
}

}  // namespace dolmen::rpc
