// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/boot_watch.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "dolmend/lease_message.hpp"
#include "net/neighbours.hpp"

namespace dolmen::daemon {
namespace {

// nginx's workers: its master opens nothing, they speak.
constexpr const char* kNginxGroup = "www-data";

template <class Source>
std::unique_ptr<Source> take_or_warn(Result<std::unique_ptr<Source>> source) {
    if (source)
        return std::move(*source);
    log::warning("machines that boot will not all be shown: {}", source.error().to_string());
    return nullptr;
}

}  // namespace

BootWatch::BootWatch(Loop& loop, MachineBook& book, Places places)
    : book_(book), places_(std::move(places)) {
    if (const auto made = make_directories(places_.run_directory); !made)
        log::warning("{}", made.error().to_string());
    leases_ = take_or_warn(DatagramPort::create(
        loop, places_.run_directory + "/lease.socket", "", [this](std::string_view message) {
            if (const auto call = decode_lease_call(message))
                take(pxe::lease_event(call->arguments, call->vendor_class));
        }));
    accesses_ = take_or_warn(DatagramPort::create(
        loop, places_.run_directory + "/access.socket", kNginxGroup,
        [this](std::string_view message) { take(pxe::access_event(message)); }));
    journal_ =
        take_or_warn(UnitJournal::create(loop, places_.journal_unit, [this](std::string_view line) {
            take(pxe::dhcp_log_event(line));
        }));
}

void BootWatch::take(const std::optional<pxe::BootEvent>& event) {
    const auto now = SteadyClock::now();
    if (!event || book_.apply(*event, now))
        return;
    const auto* request = std::get_if<pxe::FileRequest>(&*event);
    if (request == nullptr)
        return;
    const auto neighbours = net::parse_neighbours(read_file(places_.neighbours).value_or(""));
    const auto owner = neighbours.find(request->address);
    if (owner == neighbours.end())
        return;
    book_.apply(pxe::AddressOwner{owner->second, owner->first}, now);
    book_.apply(*event, now);
}

}  // namespace dolmen::daemon
