// SPDX-License-Identifier: GPL-2.0-only
#include "usb/image_writer.hpp"

#include "base/fd.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

namespace dolmen::usb {
namespace {

constexpr std::size_t kChunk = 4U << 20U;
// So much may be on its way: more, and the progress would run ahead of a slow stick.
constexpr std::uint64_t kFlushEach = 16U << 20U;

// Fewer bytes only at the end of the file.
Result<std::size_t> read_at(int fd, std::span<std::byte> into, std::uint64_t offset) {
    std::size_t got = 0;
    while (got < into.size()) {
        const ssize_t done =
            ::pread(fd, into.data() + got, into.size() - got, static_cast<off_t>(offset + got));
        if (done == 0)
            break;
        if (done < 0 && errno != EINTR)
            return fail_errno(fmt::format("read at byte {}", offset + got));
        got += static_cast<std::size_t>(std::max<ssize_t>(done, 0));
    }
    return got;
}

Result<> write_at(int fd, std::span<const std::byte> bytes, std::uint64_t offset) {
    while (!bytes.empty()) {
        const ssize_t done = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (done < 0 && errno != EINTR)
            return fail_errno(fmt::format("write at byte {}", offset));
        const auto written = static_cast<std::size_t>(std::max<ssize_t>(done, 0));
        bytes = bytes.subspan(written);
        offset += written;
    }
    return {};
}

Result<> flush(int fd) {
    if (::fdatasync(fd) < 0)
        return fail_errno("write to the device");
    return {};
}

// What was written is still in memory; a comparison with that would prove nothing.
Result<> forget_cache(int device) {
    struct stat found {};
    if (::fstat(device, &found) < 0)
        return fail_errno("look at the device");
    if (S_ISBLK(found.st_mode) && ::ioctl(device, BLKFLSBUF, 0) < 0)
        return fail(Error::system("empty the cache of the device").hint("are you root?"));
    const int number = ::posix_fadvise(device, 0, 0, POSIX_FADV_DONTNEED);
    if (number != 0)
        return fail_errno("empty the cache of the device", number);
    return {};
}

Result<> read_image(int image, std::span<std::byte> into, std::uint64_t offset) {
    if (DOLMEN_TRY(read_at(image, into, offset)) != into.size())
        return fail_errno("the image has become shorter", EIO);
    return {};
}

// Each piece of `size` bytes: its place and how long it is.
template <class Piece>
Result<> for_each_chunk(std::uint64_t size, Piece piece) {
    for (std::uint64_t offset = 0; offset < size; offset += kChunk)
        DOLMEN_TRY(piece(offset,
                         static_cast<std::size_t>(std::min<std::uint64_t>(kChunk, size - offset))));
    return {};
}

}  // namespace

Result<std::uint64_t> check_image(int image) {
    struct stat found {};
    if (::fstat(image, &found) < 0)
        return fail_errno("look at the image");
    // ISO 9660 begins with its name behind 16 sectors of 2048 bytes; a disk that PCs
    // boot from has a signature at the end of its first 512 bytes.
    constexpr std::size_t kNameAt = 0x8001;
    constexpr std::size_t kSignatureAt = 510;
    std::vector<std::byte> start(kNameAt + 5);
    const std::size_t got = DOLMEN_TRY(read_at(image, start, 0));
    const std::string_view text(reinterpret_cast<const char*>(start.data()), got);
    if (!S_ISREG(found.st_mode) || got < start.size() || text.substr(kNameAt) != "CD001")
        return fail_errno("this is no ISO image", EINVAL);
    if (text.substr(kSignatureAt, 2) != "\x55\xaa")
        return fail_errno("this image starts from a CD only, not from a stick", EINVAL);
    return static_cast<std::uint64_t>(found.st_size);
}

Result<> write_image(int image, std::uint64_t size, int device, const OnProgress& progress) {
    std::vector<std::byte> buffer(kChunk);
    const auto copy = [&](std::uint64_t offset, std::size_t length) -> Result<> {
        const auto bytes = std::span(buffer).first(length);
        DOLMEN_TRY(read_image(image, bytes, offset));
        DOLMEN_TRY(write_at(device, bytes, offset));
        if ((offset + length) % kFlushEach == 0)
            DOLMEN_TRY(flush(device));
        progress(offset + length);
        return {};
    };
    DOLMEN_TRY(for_each_chunk(size, copy));
    if (::fsync(device) < 0)
        return fail_errno("write to the device");
    return {};
}

Result<> compare_image(int image, std::uint64_t size, int device, const OnProgress& progress) {
    DOLMEN_TRY(forget_cache(device));
    std::vector<std::byte> wanted(kChunk);
    std::vector<std::byte> found(kChunk);
    return for_each_chunk(size, [&](std::uint64_t offset, std::size_t length) -> Result<> {
        const auto image_bytes = std::span(wanted).first(length);
        const auto device_bytes = std::span(found).first(length);
        DOLMEN_TRY(read_image(image, image_bytes, offset));
        const std::size_t got = DOLMEN_TRY(read_at(device, device_bytes, offset));
        const auto [differs, unused] =
            std::mismatch(image_bytes.begin(), image_bytes.end(), device_bytes.begin(),
                          device_bytes.begin() + static_cast<std::ptrdiff_t>(got));
        if (differs != image_bytes.end())
            return fail(Error::system(fmt::format("the device has something else at byte {}",
                                                  offset + static_cast<std::uint64_t>(
                                                               differs - image_bytes.begin())),
                                      EIO)
                            .hint("it may be broken, or pretend to be larger than it is"));
        progress(offset + length);
        return {};
    });
}

std::string progress_text(const std::string& what, std::uint64_t done, std::uint64_t total,
                          std::chrono::milliseconds elapsed) {
    constexpr double kMega = 1 << 20;
    const double seconds = static_cast<double>(elapsed.count()) / 1000;
    const std::uint64_t percent = total == 0 ? 100 : done * 100 / total;
    std::string text =
        fmt::format("{:<9} {:>3} %   {:.0f} of {:.0f} MB", what, percent,
                    static_cast<double>(done) / kMega, static_cast<double>(total) / kMega);
    // At first the speed is a guess.
    constexpr double kSettled = 1.0;
    if (done == 0 || seconds < kSettled)
        return text;
    const double speed = static_cast<double>(done) / seconds;
    const auto left = static_cast<std::uint64_t>(static_cast<double>(total - done) / speed + 0.5);
    return text +
           fmt::format("   {:.1f} MB/s   {}:{:02} left", speed / kMega, left / 60, left % 60);
}

}  // namespace dolmen::usb
