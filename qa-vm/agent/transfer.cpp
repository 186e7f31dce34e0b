// SPDX-License-Identifier: GPL-2.0-only
#include "agent/transfer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

namespace dolmen::qa {

PutFile::PutFile(StreamContext context, const Request& request)
    : context_(std::move(context)), path_(request.path), mode_(request.mode & 07777U) {
    temporary_ = path_ + ".qa-new";
    Result<Fd> file = open_file(temporary_, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (!file) {
        temporary_.clear();
        refuse(file.error());
        return;
    }
    file_ = std::move(*file);
}

PutFile::~PutFile() {
    if (!temporary_.empty()) {
        ::unlink(temporary_.c_str());
    }
}

void PutFile::on_frame(const Frame& frame) {
    if (frame.type == FrameType::kAbort) {
        context_.finish(Outcome{});
    } else if (frame.type == FrameType::kStdin && !frame.payload.empty()) {
        store(frame.payload);
    } else if (frame.type == FrameType::kStdin && file_) {
        complete();
    }
}

void PutFile::store(const std::string& bytes) {
    if (file_) {
        if (const Result<> written = write_all(file_.get(), bytes); !written) {
            refuse(written.error());
            return;
        }
    }
    context_.send(FrameType::kCredit,
                  encode_credit({FrameType::kStdin, static_cast<std::uint32_t>(bytes.size())}));
}

void PutFile::complete() {
    if (::fchmod(file_.get(), mode_) != 0 || ::rename(temporary_.c_str(), path_.c_str()) != 0) {
        refuse(Error::system(path_));
        return;
    }
    temporary_.clear();
    file_.reset();
    context_.finish(Outcome{});
}

void PutFile::refuse(const Error& error) {
    file_.reset();
    context_.finish(Outcome{0, 0, error.to_string()});
}

GetFile::GetFile(StreamContext context, const Request& request)
    : context_(std::move(context)), path_(request.path) {
    Result<Fd> file = open_file(path_, O_RDONLY);
    struct stat info {};
    if (!file || ::fstat(file->get(), &info) != 0) {
        context_.finish(
            Outcome{0, 0, file ? Error::system(path_).to_string() : file.error().to_string()});
        return;
    }
    file_ = std::move(*file);
    context_.send(FrameType::kReply,
                  nlohmann::json{{"mode", info.st_mode & 07777U}, {"bytes", info.st_size}}.dump());
    send_some();
}

void GetFile::on_frame(const Frame& frame) {
    if (frame.type == FrameType::kAbort) {
        ended_ = true;
        context_.finish(Outcome{});
    } else if (frame.type == FrameType::kCredit) {
        if (const auto credit = decode_credit(frame.payload)) {
            credit_ += credit->bytes;
            send_some();
        }
    }
}

void GetFile::send_some() {
    std::array<char, kChunkBytes> chunk{};
    while (file_ && !ended_ && credit_ > 0) {
        const ssize_t got = ::read(file_.get(), chunk.data(), std::min(chunk.size(), credit_));
        if (got > 0) {
            credit_ -= static_cast<std::size_t>(got);
            context_.send(FrameType::kStdout,
                          std::string(chunk.data(), static_cast<std::size_t>(got)));
            continue;
        }
        ended_ = true;
        if (got < 0) {
            context_.finish(Outcome{0, 0, Error::system(path_).to_string()});
            return;
        }
        context_.send(FrameType::kStdout, "");
        context_.finish(Outcome{});
    }
}

}  // namespace dolmen::qa
