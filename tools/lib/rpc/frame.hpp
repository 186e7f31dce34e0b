// SPDX-License-Identifier: GPL-2.0-only
// The one format of all our user-land connections: a frame is a big-endian
// 32-bit length and that many bytes of one JSON object in UTF-8.
// The peer may be hostile: length, depth and syntax are checked before use.
#pragma once

#include "base/fd.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace dolmen::rpc {

using Json = nlohmann::json;

constexpr std::size_t kHeaderBytes = 4;
constexpr std::size_t kFrameLimit = 1U << 20U;  // bytes of JSON text
constexpr int kDepthLimit = 16;                 // nested objects and arrays

// EMSGSIZE: longer than `limit`.
Result<std::string> encode(const Json& message, std::size_t limit = kFrameLimit);

// The text of one frame. EBADMSG: not one JSON object, or nested too deeply.
Result<Json> decode_text(std::string_view text);

// Reads frames from a descriptor and never a byte behind the current frame, so
// that the descriptor can be handed to somebody else (the kernel) between two.
class FrameReader {
  public:
    explicit FrameReader(std::size_t limit = kFrameLimit) : limit_(limit) {}

    // Takes what is there. nullopt: the frame is not complete yet (non-blocking
    // descriptors). ECONNRESET: the peer has closed; EMSGSIZE, EBADMSG: what it
    // sends is no frame, and nothing more can be read from it.
    Result<std::optional<Json>> read(int fd);
    bool in_the_middle() const { return header_got_ != 0; }

  private:
    Result<bool> fill(int fd, char* to, std::size_t wanted, std::size_t& got);
    Result<> begin_body();

    std::size_t limit_;
    char header_[kHeaderBytes] = {};
    std::size_t header_got_ = 0;
    std::string body_;
    std::size_t body_got_ = 0;
};

// One whole frame, for code that does one thing at a time. ETIMEDOUT.
Result<> send_frame(int fd, const Json& message, std::chrono::milliseconds limit);
Result<Json> receive_frame(int fd, std::chrono::milliseconds limit,
                           std::size_t size_limit = kFrameLimit);

}  // namespace dolmen::rpc
