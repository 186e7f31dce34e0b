// SPDX-License-Identifier: GPL-2.0-only
// InputFeed: what is to become a remote command's standard input, sent as far as there is credit.
#pragma once

#include <algorithm>

#include <string>

#include "lib/control_client.hpp"

namespace dolmen::qa {

class InputFeed {
  public:
    void append(const std::string& bytes) { pending_ += bytes; }
    /// No more will come.
    void end() { ending_ = true; }
    /// Less is waiting than there is credit for.
    [[nodiscard]] bool wants_more() const { return !ending_ && pending_.size() < credit_; }

    /// Takes credit out of a frame; others are none of its business.
    void on_frame(const Frame& frame) {
        if (frame.type == FrameType::kCredit) {
            if (const auto credit = decode_credit(frame.payload)) {
                credit_ += credit->bytes;
            }
        }
    }

    Result<> pump(RemoteStream& stream) {
        while (!pending_.empty() && credit_ > 0) {
            const std::size_t size = std::min({pending_.size(), credit_, kChunkBytes});
            DOLMEN_TRY(stream.send(FrameType::kStdin, pending_.substr(0, size)));
            pending_.erase(0, size);
            credit_ -= size;
        }
        if (pending_.empty() && ending_ && !ended_) {
            ended_ = true;
            return stream.send(FrameType::kStdin, "");
        }
        return {};
    }

  private:
    std::string pending_;
    std::size_t credit_ = kWindowBytes;
    bool ending_ = false;
    bool ended_ = false;
};

}  // namespace dolmen::qa
