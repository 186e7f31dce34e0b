// SPDX-License-Identifier: GPL-2.0-only
#include "lib/switch.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace dolmen::qa {
namespace {

constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kEthernetHeaderBytes = 14;
// The largest frame that QEMU sends.
constexpr std::size_t kMaxFrameBytes = 69632;
constexpr std::size_t kReadBytes = std::size_t{128} * 1024;
// Read from a tap before others have their turn.
constexpr unsigned kFramesAtOnce = 64;
// What waits for one receiver; more is dropped, as a real switch does.
constexpr std::size_t kMaxQueuedBytes = std::size_t{8} * 1024 * 1024;

std::size_t frame_length(std::string_view bytes) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < kLengthBytes; ++i) {
        length = length << 8 | static_cast<unsigned char>(bytes[i]);
    }
    return length;
}

void put_frame_length(std::string& bytes, std::size_t length) {
    for (std::size_t i = 0; i < kLengthBytes; ++i) {
        bytes[i] = static_cast<char>(length >> (8 * (kLengthBytes - 1 - i)));
    }
}

MacAddress address_at(std::string_view frame, std::size_t offset) {
    MacAddress address{};
    std::copy_n(frame.begin() + static_cast<std::ptrdiff_t>(offset), address.size(),
                address.begin());
    return address;
}

bool is_group(const MacAddress& address) {
    return (address[0] & 1) != 0;
}

}  // namespace

Result<std::unique_ptr<Switch>> Switch::create() {
    Loop loop = DOLMEN_TRY(Loop::create());
    Fd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake) {
        return fail_errno("eventfd");
    }
    std::unique_ptr<Switch> lan(new Switch(std::move(loop), std::move(wake)));
    DOLMEN_TRY(lan->loop_.watch(lan->wake_.get(), EPOLLIN,
                                [raw = lan.get()](std::uint32_t) { raw->run_posted(); }));
    lan->thread_ = std::thread([raw = lan.get()] { static_cast<void>(raw->loop_.run()); });
    return lan;
}

Switch::~Switch() {
    if (thread_.joinable()) {
        post([this] { loop_.stop(); });
        thread_.join();
    }
}

void Switch::post(std::function<void()> task) {
    {
        const std::lock_guard lock(mutex_);
        posted_.push_back(std::move(task));
    }
    const std::uint64_t one = 1;
    static_cast<void>(!::write(wake_.get(), &one, sizeof(one)));
}

void Switch::run_posted() {
    std::uint64_t count = 0;
    static_cast<void>(!::read(wake_.get(), &count, sizeof(count)));
    std::vector<std::function<void()>> tasks;
    {
        const std::lock_guard lock(mutex_);
        tasks.swap(posted_);
    }
    for (const auto& task : tasks) {
        task();
    }
}

Switch::PortId Switch::add_port(Fd socket) {
    return add(std::move(socket), false);
}

Switch::PortId Switch::add_tap(Fd tap) {
    return add(std::move(tap), true);
}

Switch::PortId Switch::add(Fd descriptor, bool tap) {
    const PortId id = next_port_++;
    static_cast<void>(set_nonblocking(descriptor.get(), true));
    // std::function wants something copyable.
    auto shared = std::make_shared<Fd>(std::move(descriptor));
    post([this, id, shared, tap] {
        Port& port = ports_[id];
        port.socket = std::move(*shared);
        port.tap = tap;
        const auto watch = loop_.watch(port.socket.get(), EPOLLIN,
                                       [this, id](std::uint32_t events) { on_events(id, events); });
        port.watch = watch ? *watch : 0;
    });
    return id;
}

void Switch::remove_port(PortId id) {
    post([this, id] { drop_port(id); });
}

void Switch::set_cut(PortId id, bool cut) {
    post([this, id, cut] {
        if (const auto port = ports_.find(id); port != ports_.end()) {
            port->second.cut = cut;
        }
    });
}

SwitchCounters Switch::counters() const {
    const std::lock_guard lock(mutex_);
    return counters_;
}

void Switch::on_events(PortId id, std::uint32_t events) {
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0 &&
        !(ports_.at(id).tap ? read_tap(id) : read_stream(id))) {
        drop_port(id);
    }
    if ((events & EPOLLOUT) != 0) {
        flush(id);
    }
    for (const PortId receiver : std::exchange(to_flush_, {})) {
        flush(receiver);
    }
}

bool Switch::read_tap(PortId id) {
    Port& port = ports_.at(id);
    for (unsigned count = 0; count < kFramesAtOnce; ++count) {
        port.in.resize(kLengthBytes + kMaxFrameBytes);
        const ssize_t got =
            ::read(port.socket.get(), port.in.data() + kLengthBytes, kMaxFrameBytes);
        if (got <= 0) {
            return got < 0 && (errno == EAGAIN || errno == EINTR);
        }
        const auto length = static_cast<std::size_t>(got);
        if (length >= kEthernetHeaderBytes) {
            port.in.resize(kLengthBytes + length);
            put_frame_length(port.in, length);
            forward(id, port.in);
        }
    }
    return true;
}

bool Switch::read_stream(PortId id) {
    Port& port = ports_.at(id);
    const std::size_t old_size = port.in.size();
    port.in.resize(old_size + kReadBytes);
    const ssize_t got = ::read(port.socket.get(), port.in.data() + old_size, kReadBytes);
    const int error = errno;
    port.in.resize(old_size + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got <= 0) {
        return got < 0 && (error == EAGAIN || error == EINTR);
    }
    std::size_t start = 0;
    while (port.in.size() - start >= kLengthBytes) {
        const std::string_view rest = std::string_view(port.in).substr(start);
        const std::size_t length = frame_length(rest);
        if (length > kMaxFrameBytes) {
            return false;  // not what QEMU sends: the stream is out of step
        }
        if (rest.size() < kLengthBytes + length) {
            break;
        }
        if (length >= kEthernetHeaderBytes) {
            forward(id, rest.substr(0, kLengthBytes + length));
        }
        start += kLengthBytes + length;
    }
    port.in.erase(0, start);
    return true;
}

void Switch::forward(PortId from, std::string_view frame) {
    const MacAddress destination = address_at(frame, kLengthBytes);
    const MacAddress source = address_at(frame, kLengthBytes + 6);
    {
        const std::lock_guard lock(mutex_);
        ++counters_.frames;
        counters_.bytes += frame.size() - kLengthBytes;
        if (ports_.at(from).cut) {
            ++counters_.dropped;
            return;
        }
    }
    if (!is_group(source)) {
        stations_[source] = from;
    }
    const auto known = stations_.find(destination);
    if (known != stations_.end() && ports_.contains(known->second)) {
        if (known->second != from) {
            queue(known->second, frame);
        }
        return;
    }
    for (const auto& [id, port] : ports_) {
        if (id != from) {
            queue(id, frame);
        }
    }
}

void Switch::queue(PortId to, std::string_view frame) {
    Port& port = ports_.at(to);
    if (port.cut || port.out.size() + frame.size() > kMaxQueuedBytes) {
        const std::lock_guard lock(mutex_);
        ++counters_.dropped;
        return;
    }
    if (port.out.empty()) {
        to_flush_.push_back(to);
    }
    port.out += frame;
}

void Switch::flush(PortId id) {
    const auto place = ports_.find(id);
    if (place == ports_.end()) {
        return;
    }
    Port& port = place->second;
    if (port.tap) {
        send_tap(port);
    } else {
        send_stream(port);
    }
    const bool blocked = !port.out.empty();
    if (blocked != port.blocked) {
        port.blocked = blocked;
        static_cast<void>(loop_.change(port.watch, blocked ? (EPOLLIN | EPOLLOUT) : EPOLLIN));
    }
}

// An error shows as end of file when the port is read.
void Switch::send_stream(Port& port) {
    const ssize_t sent = ::send(port.socket.get(), port.out.data(), port.out.size(), MSG_NOSIGNAL);
    if (sent > 0) {
        port.out.erase(0, static_cast<std::size_t>(sent));
    }
}

// A frame that the other side does not take (its card is down) is lost, as on a real wire.
void Switch::send_tap(Port& port) {
    std::size_t start = 0;
    while (port.out.size() - start > kLengthBytes) {
        const std::size_t length = frame_length(std::string_view(port.out).substr(start));
        const char* frame = port.out.data() + start + kLengthBytes;
        if (::write(port.socket.get(), frame, length) < 0 && errno == EAGAIN) {
            break;
        }
        start += kLengthBytes + length;
    }
    port.out.erase(0, start);
}

void Switch::drop_port(PortId id) {
    const auto place = ports_.find(id);
    if (place == ports_.end()) {
        return;
    }
    loop_.remove(place->second.watch);
    ports_.erase(place);
    std::erase_if(stations_, [id](const auto& station) { return station.second == id; });
}

}  // namespace dolmen::qa
