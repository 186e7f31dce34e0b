// SPDX-License-Identifier: GPL-2.0-only
// Port: the virtio-serial port to the harness, as a channel of frames.
#pragma once

#include <base/fd.hpp>
#include <base/loop.hpp>
#include <functional>
#include <string>

#include "wire/frame.hpp"

namespace dolmen::qa {

inline constexpr const char* kPortName = "org.dolmen.qa.0";

/// Device file of the virtio-serial port of that name, found without udev's links.
/// ENOENT: this machine has none.
[[nodiscard]] Result<std::string> find_port_device(const std::string& name);

class Port {
  public:
    using OnFrame = std::function<void(const Frame&)>;

    Port(Loop& loop, Fd fd, OnFrame on_frame);
    ~Port();
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;

    /// Queues the frame; it is written as the host takes it.
    void send(const Frame& frame);
    /// Everything sent has been handed to the host.
    [[nodiscard]] bool drained() const { return out_.empty(); }

  private:
    void start_watching();
    void on_events(std::uint32_t events);
    void read_frames();
    void write_out();

    Loop& loop_;
    Fd fd_;
    OnFrame on_frame_;
    FrameDecoder decoder_;
    std::string out_;
    Loop::Id watch_ = 0;
};

}  // namespace dolmen::qa
