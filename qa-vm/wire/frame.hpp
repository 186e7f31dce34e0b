// SPDX-License-Identifier: GPL-2.0-only
// Frames between the harness and the agent in a machine: many streams over one byte channel.
//
// Every frame is a header of 16 bytes (little-endian: magic, stream, payload length, type, three
// zero bytes) and a payload. A stream is one request; its data is paced by credits, so that a slow
// reader holds up its own stream only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dolmen::qa {

enum class FrameType : std::uint8_t {
    kHello = 1,  // agent: it has started; JSON with "uptime" in seconds
    kRequest,    // opens a stream; JSON, see request.hpp
    kReply,      // JSON answer to a request
    kStdin,      // data; an empty payload is end of file, as for the next two
    kStdout,
    kStderr,
    kCredit,  // so many bytes of a channel have been consumed
    kSignal,  // to be sent to the command: u32
    kWindow,  // size of the terminal: u16 rows, u16 columns
    kExit,    // last frame of a stream; JSON, see Outcome
    kAbort,   // the caller has gone: end the stream's work
};

struct Frame {
    FrameType type = FrameType::kHello;
    std::uint32_t stream = 0;
    std::string payload;
};

inline constexpr std::uint32_t kFrameMagic = 0x4d4c4f44;  // "DOLM"
inline constexpr std::size_t kFrameHeaderBytes = 16;
inline constexpr std::size_t kMaxPayloadBytes = std::size_t{64} * 1024;
// Data sent on one channel of one stream before the receiver has consumed any.
inline constexpr std::size_t kWindowBytes = std::size_t{256} * 1024;
// What is read from a source at once: small enough that streams take turns.
inline constexpr std::size_t kChunkBytes = std::size_t{32} * 1024;

/// Bytes of a frame; its payload must not exceed kMaxPayloadBytes.
[[nodiscard]] std::string encode_frame(const Frame& frame);

/// Takes bytes in any portions and gives whole frames. Garbage (the other side was restarted in the
/// middle of a frame) is skipped up to the next header that makes sense, and counted.
class FrameDecoder {
  public:
    void feed(std::string_view bytes);
    [[nodiscard]] std::optional<Frame> next();
    [[nodiscard]] std::size_t skipped_bytes() const { return skipped_; }

  private:
    std::string buffer_;
    std::size_t start_ = 0;
    std::size_t skipped_ = 0;
};

struct Credit {
    FrameType channel = FrameType::kStdin;
    std::uint32_t bytes = 0;
};

struct WindowSize {
    std::uint16_t rows = 24;
    std::uint16_t columns = 80;
};

[[nodiscard]] std::string encode_credit(const Credit& credit);
[[nodiscard]] std::optional<Credit> decode_credit(std::string_view payload);
[[nodiscard]] std::string encode_signal(int signal);
[[nodiscard]] std::optional<int> decode_signal(std::string_view payload);
[[nodiscard]] std::string encode_window(const WindowSize& size);
[[nodiscard]] std::optional<WindowSize> decode_window(std::string_view payload);

}  // namespace dolmen::qa
