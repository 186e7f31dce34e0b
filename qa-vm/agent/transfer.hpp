// SPDX-License-Identifier: GPL-2.0-only
// Transfer: the streams of kPut and kGet requests.
#pragma once

#include <base/fd.hpp>
#include <string>

#include "agent/stream.hpp"

namespace dolmen::qa {

/// Writes the stream's stdin beside the path and renames it there at the end of input.
class PutFile : public Stream {
  public:
    PutFile(StreamContext context, const Request& request);
    ~PutFile() override;
    void on_frame(const Frame& frame) override;

  private:
    void store(const std::string& bytes);
    void complete();
    void refuse(const Error& error);

    StreamContext context_;
    std::string path_;
    std::string temporary_;  // empty: nothing to be removed
    unsigned mode_;
    Fd file_;
};

/// Sends a file as the stream's stdout, its mode first.
class GetFile : public Stream {
  public:
    GetFile(StreamContext context, const Request& request);
    void on_frame(const Frame& frame) override;

  private:
    void send_some();

    StreamContext context_;
    std::string path_;
    Fd file_;
    std::size_t credit_ = kWindowBytes;
    bool ended_ = false;
};

}  // namespace dolmen::qa
