// SPDX-License-Identifier: GPL-2.0-only
// Switch: the LAN of a cluster, a learning Ethernet switch in a thread of its own. Nothing of the
// host's network is touched.
#pragma once

#include <array>
#include <base/fd.hpp>
#include <base/loop.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace dolmen::qa {

using MacAddress = std::array<unsigned char, 6>;

struct SwitchCounters {
    std::uint64_t frames = 0;
    std::uint64_t bytes = 0;
    std::uint64_t dropped = 0;  // a receiver was too slow, or its port is cut
};

class Switch {
  public:
    using PortId = unsigned;

    static Result<std::unique_ptr<Switch>> create();
    ~Switch();
    Switch(const Switch&) = delete;
    Switch& operator=(const Switch&) = delete;

    /// `socket` is the other end of a machine's `-netdev stream`: each frame is preceded by its
    /// length as four bytes, big end first. The port disappears when the socket is closed.
    PortId add_port(Fd socket);
    /// `tap` is a tap device: each read and each write is one frame, without a length.
    PortId add_tap(Fd tap);
    /// The port is closed; ids of ports that have gone already are ignored.
    void remove_port(PortId port);
    /// A cut port loses every frame in both directions.
    void set_cut(PortId port, bool cut);
    [[nodiscard]] SwitchCounters counters() const;

  private:
    struct Port {
        Fd socket;
        bool tap = false;
        bool cut = false;
        bool blocked = false;  // waits until the machine takes more
        std::string in;
        std::string out;
        Loop::Id watch = 0;
    };

    Switch(Loop loop, Fd wake) : loop_(std::move(loop)), wake_(std::move(wake)) {}
    void post(std::function<void()> task);
    void run_posted();
    void on_events(PortId id, std::uint32_t events);
    PortId add(Fd descriptor, bool tap);
    bool read_stream(PortId id);
    bool read_tap(PortId id);
    void forward(PortId from, std::string_view frame_with_length);
    void queue(PortId to, std::string_view frame_with_length);
    void flush(PortId id);
    static void send_stream(Port& port);
    static void send_tap(Port& port);
    void drop_port(PortId id);

    // Used by the switch's thread alone.
    Loop loop_;
    std::map<PortId, Port> ports_;
    std::map<MacAddress, PortId> stations_;
    std::vector<PortId> to_flush_;

    Fd wake_;
    mutable std::mutex mutex_;
    std::vector<std::function<void()>> posted_;  // protected by mutex_
    SwitchCounters counters_;                    // protected by mutex_
    PortId next_port_ = 1;                       // used by the owner's thread alone
    std::thread thread_;
};

}  // namespace dolmen::qa
