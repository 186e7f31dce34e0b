// SPDX-License-Identifier: GPL-2.0-only
// DhcpOptions: the options of one received DHCP message, from the field of their
// own and the two fields that may be used for more of them.
#pragma once

#include "base/result.hpp"
#include "net/bytes.hpp"

#include <cstdint>
#include <map>

namespace dolmen::net {

namespace option {
constexpr std::uint8_t kPad = 0;
constexpr std::uint8_t kMask = 1;
constexpr std::uint8_t kRouter = 3;
constexpr std::uint8_t kBroadcast = 28;
constexpr std::uint8_t kVendorOptions = 43;
constexpr std::uint8_t kLeaseTime = 51;
constexpr std::uint8_t kOverload = 52;
constexpr std::uint8_t kMessageType = 53;
constexpr std::uint8_t kServer = 54;
constexpr std::uint8_t kParameters = 55;
constexpr std::uint8_t kMostSize = 57;
constexpr std::uint8_t kVendor = 60;
constexpr std::uint8_t kServerName = 66;
constexpr std::uint8_t kBootFile = 67;
constexpr std::uint8_t kClientArchitecture = 93;
constexpr std::uint8_t kClientInterface = 94;
constexpr std::uint8_t kClientMachine = 97;
constexpr std::uint8_t kEnd = 255;
}  // namespace option

class DhcpOptions {
  public:
    // `own`: all behind the magic cookie; `file` and `server_name`: the fixed
    // fields, read as options if option 52 says so. The parts of an option that
    // comes more than once are put together (RFC 3396). EBADMSG: an option
    // reaches over the end of its field, a field has no end, a wrong option 52.
    static Result<DhcpOptions> parse(BytesView own, BytesView file, BytesView server_name);

    // nullptr: not there.
    const Bytes* find(std::uint8_t code) const;
    // Empty: not there. EBADMSG: another length than `size`, which is not 0.
    Result<Bytes> fixed(std::uint8_t code, std::size_t size) const;
    // The field of the boot file's name holds options, no name.
    bool file_is_overloaded() const { return file_is_overloaded_; }

  private:
    Result<> add_field(BytesView field, const char* name);

    std::map<std::uint8_t, Bytes> values_;
    bool file_is_overloaded_ = false;
};

}  // namespace dolmen::net
