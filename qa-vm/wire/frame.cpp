// SPDX-License-Identifier: GPL-2.0-only
#include "wire/frame.hpp"

#include <cassert>

namespace dolmen::qa {
namespace {

void put_little_endian(std::string& out, std::uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) {
        out.push_back(static_cast<char>((value >> (8 * i)) & 0xff));
    }
}

std::uint32_t get_little_endian(std::string_view in, std::size_t at, unsigned bytes) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < bytes; ++i) {
        value |= static_cast<std::uint32_t>(static_cast<unsigned char>(in[at + i])) << (8 * i);
    }
    return value;
}

bool is_known_type(std::uint8_t type) {
    return type >= static_cast<std::uint8_t>(FrameType::kHello) &&
           type <= static_cast<std::uint8_t>(FrameType::kAbort);
}

}  // namespace

std::string encode_frame(const Frame& frame) {
    assert(frame.payload.size() <= kMaxPayloadBytes);
    std::string out;
    out.reserve(kFrameHeaderBytes + frame.payload.size());
    put_little_endian(out, kFrameMagic, 4);
    put_little_endian(out, frame.stream, 4);
    put_little_endian(out, frame.payload.size(), 4);
    put_little_endian(out, static_cast<std::uint8_t>(frame.type), 1);
    put_little_endian(out, 0, 3);
    out += frame.payload;
    return out;
}

void FrameDecoder::feed(std::string_view bytes) {
    if (start_ > 0) {
        buffer_.erase(0, start_);
        start_ = 0;
    }
    buffer_ += bytes;
}

std::optional<Frame> FrameDecoder::next() {
    while (buffer_.size() - start_ >= kFrameHeaderBytes) {
        const std::string_view rest = std::string_view(buffer_).substr(start_);
        const std::uint32_t length = get_little_endian(rest, 8, 4);
        const auto type = static_cast<std::uint8_t>(rest[12]);
        if (get_little_endian(rest, 0, 4) != kFrameMagic || length > kMaxPayloadBytes ||
            !is_known_type(type) || get_little_endian(rest, 13, 3) != 0) {
            ++start_;
            ++skipped_;
            continue;
        }
        if (rest.size() < kFrameHeaderBytes + length) {
            return std::nullopt;
        }
        Frame frame{static_cast<FrameType>(type), get_little_endian(rest, 4, 4),
                    std::string(rest.substr(kFrameHeaderBytes, length))};
        start_ += kFrameHeaderBytes + length;
        return frame;
    }
    return std::nullopt;
}

std::string encode_credit(const Credit& credit) {
    std::string out;
    put_little_endian(out, static_cast<std::uint8_t>(credit.channel), 1);
    put_little_endian(out, credit.bytes, 4);
    return out;
}

std::optional<Credit> decode_credit(std::string_view payload) {
    if (payload.size() != 5 || !is_known_type(static_cast<std::uint8_t>(payload[0]))) {
        return std::nullopt;
    }
    return Credit{static_cast<FrameType>(payload[0]), get_little_endian(payload, 1, 4)};
}

std::string encode_signal(int signal) {
    std::string out;
    put_little_endian(out, static_cast<std::uint32_t>(signal), 4);
    return out;
}

std::optional<int> decode_signal(std::string_view payload) {
    if (payload.size() != 4) {
        return std::nullopt;
    }
    const std::uint32_t signal = get_little_endian(payload, 0, 4);
    return signal >= 1 && signal <= 64 ? std::optional<int>(static_cast<int>(signal))
                                       : std::nullopt;
}

std::string encode_window(const WindowSize& size) {
    std::string out;
    put_little_endian(out, size.rows, 2);
    put_little_endian(out, size.columns, 2);
    return out;
}

std::optional<WindowSize> decode_window(std::string_view payload) {
    if (payload.size() != 4) {
        return std::nullopt;
    }
    return WindowSize{static_cast<std::uint16_t>(get_little_endian(payload, 0, 2)),
                      static_cast<std::uint16_t>(get_little_endian(payload, 2, 2))};
}

}  // namespace dolmen::qa
