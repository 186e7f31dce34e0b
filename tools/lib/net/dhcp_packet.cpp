// SPDX-License-Identifier: GPL-2.0-only
#include "net/dhcp_packet.hpp"

#include "net/dhcp_options.hpp"

#include <algorithm>
#include <cstring>

namespace dolmen::net {
namespace {

constexpr std::uint8_t kRequestOperation = 1;
constexpr std::uint8_t kReplyOperation = 2;
constexpr std::uint8_t kEthernet = 1;
constexpr std::uint32_t kBroadcastFlag = 0x8000;
constexpr std::uint32_t kMagicCookie = 0x63825363;
// Offsets into the fixed part.
constexpr std::size_t kTransaction = 4;
constexpr std::size_t kYourAddress = 16;
constexpr std::size_t kNextServer = 20;
constexpr std::size_t kHardwareAddress = 28;
constexpr std::size_t kServerName = 44;
constexpr std::size_t kFile = 108;
constexpr std::size_t kCookie = 236;
constexpr std::size_t kOptions = 240;
// Relays may drop what is shorter (RFC 1542).
constexpr std::size_t kLeastSize = 300;
// What a PXE client must be able to take.
constexpr std::uint32_t kMostAnswer = 1260;

constexpr std::uint8_t kDiscover = 1;
constexpr std::uint8_t kOffer = 2;
constexpr std::uint8_t kAck = 5;

constexpr std::array<std::uint8_t, 9> kWanted{
    option::kMask,     option::kRouter,    option::kVendorOptions,
    option::kServer,   option::kVendor,    option::kServerName,
    option::kBootFile, option::kBroadcast, option::kLeaseTime};

tl::unexpected<Error> bad(const std::string& what) {
    return fail_errno("DHCP answer: " + what, EBADMSG);
}

void put_option(Bytes& to, std::uint8_t code, BytesView value) {
    to.push_back(code);
    to.push_back(static_cast<std::uint8_t>(value.size()));
    put_bytes(to, value);
}

BytesView as_bytes(const char* text) {
    return {reinterpret_cast<const std::uint8_t*>(text), std::strlen(text)};
}

void put_options(Bytes& packet, const DhcpDiscover& discover) {
    put_option(packet, option::kMessageType, std::array{kDiscover});
    put_option(packet, option::kParameters, kWanted);
    Bytes most;
    put16(most, kMostAnswer);
    put_option(packet, option::kMostSize, most);
    // BIOS; UNDI of version 2.1; the machine's UUID (its type is 0).
    put_option(packet, option::kClientArchitecture, std::array<std::uint8_t, 2>{0, 0});
    put_option(packet, option::kClientInterface, std::array<std::uint8_t, 3>{1, 2, 1});
    Bytes machine{0};
    put_bytes(machine, discover.machine);
    put_option(packet, option::kClientMachine, machine);
    put_option(packet, option::kVendor, as_bytes("PXEClient:Arch:00000:UNDI:002001"));
    packet.push_back(option::kEnd);
}

// A text that ends at the first NUL, or with its bytes.
std::string to_text(BytesView bytes) {
    const auto end = std::find(bytes.begin(), bytes.end(), 0);
    std::string text(bytes.begin(), end);
    // It will be shown on a terminal.
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
    return text;
}

Result<Ipv4> address_option(const DhcpOptions& options, std::uint8_t code) {
    const Bytes value = DOLMEN_TRY(options.fixed(code, 4));
    return value.empty() ? Ipv4{} : Ipv4{get32(value, 0)};
}

Result<DhcpReply::Kind> kind_of(const DhcpOptions& options) {
    const Bytes type = DOLMEN_TRY(options.fixed(option::kMessageType, 1));
    if (type.empty())
        return DhcpReply::Kind::kBootp;
    if (type[0] == kOffer)
        return DhcpReply::Kind::kOffer;
    if (type[0] == kAck)
        return DhcpReply::Kind::kAck;
    return bad("message type " + std::to_string(type[0]) + " is no offer");
}

Result<Ipv4> first_router(const DhcpOptions& options) {
    const Bytes* value = options.find(option::kRouter);
    if (value == nullptr)
        return Ipv4{};
    if (value->empty() || value->size() % 4 != 0)
        return bad("option 3 has " + std::to_string(value->size()) + " bytes");
    return Ipv4{get32(*value, 0)};
}

Result<unsigned> prefix_length(const DhcpOptions& options) {
    const Ipv4 mask = DOLMEN_TRY(address_option(options, option::kMask));
    const auto prefix = prefix_of_mask(mask);
    if (!prefix)
        return bad("network mask " + mask.to_string());
    return *prefix;
}

// The fixed part is there, and says that an answer for Ethernet follows.
Result<> check_fixed_part(BytesView payload) {
    if (payload.size() < kOptions)
        return bad(std::to_string(payload.size()) + " bytes");
    if (payload[0] != kReplyOperation)
        return bad("operation " + std::to_string(payload[0]));
    if (payload[1] != kEthernet || payload[2] != Mac{}.size())
        return bad("not for an Ethernet card");
    if (get32(payload, kCookie) != kMagicCookie)
        return bad("no options");
    return {};
}

}  // namespace

Bytes encode_discover(const DhcpDiscover& discover) {
    Bytes packet{kRequestOperation, kEthernet, Mac{}.size(), 0};
    put32(packet, discover.transaction);
    put16(packet, discover.seconds);
    put16(packet, kBroadcastFlag);
    packet.resize(kHardwareAddress);  // it has no address and knows no server
    put_bytes(packet, discover.mac);
    packet.resize(kCookie);  // nor a server's name, nor a file
    put32(packet, kMagicCookie);
    put_options(packet, discover);
    packet.resize(std::max(packet.size(), kLeastSize));
    return packet;
}

Result<DhcpReply> decode_reply(BytesView payload) {
    DOLMEN_TRY(check_fixed_part(payload));
    const DhcpOptions options = DOLMEN_TRY(
        DhcpOptions::parse(payload.subspan(kOptions), payload.subspan(kFile, kCookie - kFile),
                           payload.subspan(kServerName, kFile - kServerName)));
    DhcpReply reply;
    reply.kind = DOLMEN_TRY(kind_of(options));
    reply.transaction = get32(payload, kTransaction);
    reply.your_address = Ipv4{get32(payload, kYourAddress)};
    reply.next_server = Ipv4{get32(payload, kNextServer)};
    reply.server = DOLMEN_TRY(address_option(options, option::kServer));
    reply.router = DOLMEN_TRY(first_router(options));
    reply.prefix = DOLMEN_TRY(prefix_length(options));
    if (const Bytes* file = options.find(option::kBootFile))
        reply.boot_file = to_text(*file);
    else if (!options.file_is_overloaded())
        reply.boot_file = to_text(payload.subspan(kFile, kCookie - kFile));
    if (const Bytes* vendor = options.find(option::kVendor))
        reply.vendor = to_text(*vendor);
    reply.has_vendor_options = options.find(option::kVendorOptions) != nullptr;
    return reply;
}

std::optional<std::uint32_t> reply_transaction(BytesView payload) {
    if (payload.size() < kCookie || payload[0] != kReplyOperation)
        return std::nullopt;
    return get32(payload, kTransaction);
}

}  // namespace dolmen::net
