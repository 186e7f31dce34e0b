// SPDX-License-Identifier: GPL-2.0-only
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/process.hpp"
#include "base/scope_exit.hpp"
#include "usb/block_device.hpp"
#include "usb/image_writer.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>
#include <cstdlib>
#include <filesystem>

using namespace dolmen;
using namespace dolmen::usb;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMiB = 1U << 20U;
// Not a multiple of what is copied at once.
constexpr std::uint64_t kImageSize = 9 * kMiB + 2048;

class UsbFixture {
  public:
    UsbFixture() { REQUIRE(::mkdtemp(directory_.data()) != nullptr); }
    ~UsbFixture() { fs::remove_all(directory_); }
    UsbFixture(const UsbFixture&) = delete;
    UsbFixture& operator=(const UsbFixture&) = delete;

    std::string path(const std::string& name) const { return directory_ + "/" + name; }
    void put(const std::string& name, const std::string& content) const {
        REQUIRE(make_directories(fs::path(path(name)).parent_path()));
        REQUIRE(write_file_atomically(path(name), content));
    }
    Fd open(const std::string& name) const { return open_file(path(name), O_RDWR).value(); }

    // A disk of 8 GiB with a partition, as /sys tells of it.
    KernelFiles put_disk() const {
        const std::string disk = "sys/devices/usb1/block/sdb/";
        put(disk + "dev", "8:16\n");
        put(disk + "size", "16777216\n");
        put(disk + "ro", "0\n");
        put(disk + "sdb1/dev", "8:17\n");
        put(disk + "sdb1/partition", "1\n");
        put(disk + "sdb1/size", "2048\n");
        put(disk + "sdb1/ro", "0\n");
        REQUIRE(make_directories(path(disk + "holders")));
        REQUIRE(make_directories(path(disk + "sdb1/holders")));
        REQUIRE(make_directories(path("sys/dev/block")));
        fs::create_symlink("../../devices/usb1/block/sdb", path("sys/dev/block/8:16"));
        fs::create_symlink("../../devices/usb1/block/sdb/sdb1", path("sys/dev/block/8:17"));
        put("proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
        put("proc/swaps", "Filename Type Size Used Priority\n");
        return {path("sys"), path("proc")};
    }
    // What begins as an ISO does that starts from a stick, and goes on with noise.
    void put_image(const std::string& name) const {
        std::string image(kImageSize, '\0');
        for (std::size_t index = 0; index < image.size(); ++index)
            image[index] = static_cast<char>(index * 2654435761U >> 16U);
        image.replace(510, 2, "\x55\xaa");
        image.replace(0x8001, 5, "CD001");
        put(name, image);
    }

  private:
    std::string directory_ = "/tmp/dolmen-usb-test.XXXXXX";
};

std::string uses_text(const BlockDevice& device) {
    std::string text;
    for (const std::string& use : device.uses)
        text += use + '\n';
    return text;
}

}  // namespace

TEST_CASE_FIXTURE(UsbFixture, "an unused disk is found with its size") {
    const KernelFiles files = put_disk();
    const auto disk = describe_device("8:16", files);
    REQUIRE(disk);
    CHECK(disk->name == "sdb");
    CHECK(disk->size == 8192 * kMiB);
    CHECK_FALSE(disk->is_partition);
    CHECK_FALSE(disk->is_read_only);
    CHECK(disk->uses.empty());
    CHECK(describe_device("8:17", files)->is_partition);
    CHECK(describe_device("9:9", files).error().code() == ENOENT);
}

TEST_CASE_FIXTURE(UsbFixture, "every use of a disk or of its partitions is found") {
    const KernelFiles files = put_disk();
    // By number, and by name where a file system has a number of its own.
    put("proc/self/mountinfo",
        "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "23 22 8:17 / /media/a\\040stick rw,nosuid shared:1 - vfat /dev/sdb1 rw\n"
        "24 22 0:40 /sub /srv rw - btrfs /dev/sdb rw\n"
        "25 22 0:41 / /run rw - tmpfs tmpfs rw\n");
    put("proc/swaps", "Filename Type Size\n/dev/sdb1                partition 1\n/dev/sdb12 x 1\n");
    put("sys/devices/usb1/block/sdb/sdb1/holders/dm-0", "");
    CHECK(uses_text(*describe_device("8:16", files)) ==
          "/dev/sdb is mounted on /srv\n"
          "/dev/sdb1 is mounted on /media/a\\040stick\n"
          "/dev/sdb1 is used as swap space\n"
          "/dev/sdb1 is a part of dm-0\n");
}

TEST_CASE("what is refused, and why") {
    const BlockDevice good{"sdb", 8 * kMiB, false, false, {}};
    CHECK_FALSE(why_refused(good, 8 * kMiB));
    CHECK(why_refused(good, 8 * kMiB + 1) == "sdb is too small: it has 8 MB, the image 8 MB");
    BlockDevice bad = good;
    bad.is_partition = true;
    CHECK(why_refused(bad, 1)->find("whole disk") != std::string::npos);
    bad = good;
    bad.uses = {"/dev/sdb1 is mounted on /media/\x1b[2J"};
    CHECK(why_refused(bad, 1) ==
          "/dev/sdb1 is mounted on /media/[2J: unmount it first, if it is the right disk");
    bad = good;
    bad.size = 0;
    CHECK(why_refused(bad, 0)->find("nothing in sdb") != std::string::npos);
    bad = good;
    bad.is_read_only = true;
    CHECK(why_refused(bad, 1)->find("only be read") != std::string::npos);
}

TEST_CASE("what is no disk is no disk") {
    CHECK(find_device("/dev/null").error().code() == ENOTBLK);
    CHECK(find_device("/etc/passwd").error().code() == ENOTBLK);
    CHECK(find_device("/nonexistent").error().code() == ENOENT);
}

TEST_CASE_FIXTURE(UsbFixture, "only images that start from a stick are taken") {
    put_image("good");
    CHECK(check_image(open("good").get()).value() == kImageSize);
    put("short", "CD001");
    put("other", std::string(0x9000, 'x'));
    std::string cd(0x9000, '\0');
    cd.replace(0x8001, 5, "CD001");
    put("cd", cd);
    for (const char* wrong : {"short", "other", "cd"})
        CHECK(check_image(open(wrong).get()).error().code() == EINVAL);
}

TEST_CASE_FIXTURE(UsbFixture, "all bytes arrive, and one that differs is found") {
    put_image("image");
    put("device", std::string(kImageSize + 5 * kMiB, 'd'));
    const Fd image = open("image");
    const Fd device = open("device");
    std::uint64_t seen = 0;
    const auto progress = [&](std::uint64_t done) {
        CHECK(done > seen);
        seen = done;
    };
    REQUIRE(write_image(image.get(), kImageSize, device.get(), progress));
    CHECK(seen == kImageSize);
    seen = 0;
    REQUIRE(compare_image(image.get(), kImageSize, device.get(), progress));
    CHECK(seen == kImageSize);
    const std::string written = read_file(path("device"), 64 * kMiB).value();
    CHECK(written.substr(0, kImageSize) == read_file(path("image"), 64 * kMiB).value());
    CHECK(written.substr(kImageSize) == std::string(5 * kMiB, 'd'));

    const char other = static_cast<char>(~written[kImageSize - 1]);
    REQUIRE(::pwrite(device.get(), &other, 1, kImageSize - 1) == 1);
    const auto differs = compare_image(image.get(), kImageSize, device.get(), [](auto) {});
    CHECK(differs.error().to_string().find(std::to_string(kImageSize - 1)) != std::string::npos);
    // A device that ends too early.
    REQUIRE(::ftruncate(device.get(), 4 * kMiB) == 0);
    CHECK(compare_image(image.get(), kImageSize, device.get(), [](auto) {}).error().code() == EIO);
}

TEST_CASE("progress in words") {
    CHECK(progress_text("writing", 0, 100 * kMiB, 0s) == "writing     0 %   0 of 100 MB");
    CHECK(progress_text("writing", 40 * kMiB, 100 * kMiB, 5s) ==
          "writing    40 %   40 of 100 MB   8.0 MB/s   0:08 left");
    CHECK(progress_text("comparing", 600 * kMiB, 600 * kMiB, 60s) ==
          "comparing 100 %   600 of 600 MB   10.0 MB/s   0:00 left");
    CHECK(progress_text("writing", 1 * kMiB, 700 * kMiB, 1s).ends_with("11:39 left"));
}

TEST_CASE_FIXTURE(UsbFixture, "the program writes to a loop device whose name is typed") {
    put_image("image");
    put("disk", std::string(16 * kMiB, 'd'));
    const auto loop = run_command({"losetup", "--find", "--show", path("disk")}, 10s);
    if (::geteuid() != 0 || !loop || !loop->status.success()) {
        MESSAGE("skipped: no loop device can be made here");
        return;
    }
    const std::string device = loop->output.substr(0, loop->output.find('\n'));
    ScopeExit detach([&] { static_cast<void>(run_command({"losetup", "-d", device}, 10s)); });
    const auto run = [&](const std::string& target, const std::string& typed) {
        put("typed", typed + "\n");
        return run_command({"sh", "-c", "exec \"$@\" <\"$0\"", path("typed"), USB_PROGRAM, target,
                            path("image")},
                           60s)
            .value();
    };
    const auto on_disk = [&] { return read_file(path("disk"), 64 * kMiB).value(); };

    const auto wrong = run(device, "yes");
    CHECK_FALSE(wrong.status.success());
    CHECK(wrong.output.find("the name was not typed") != std::string::npos);
    CHECK(on_disk() == std::string(16 * kMiB, 'd'));

    // Somebody has it for himself, as mount does.
    {
        const Fd mine = open_file(device, O_RDONLY | O_EXCL).value();
        const auto busy = run(device, fs::path(device).filename());
        CHECK_FALSE(busy.status.success());
        CHECK(busy.output.find("busy") != std::string::npos);
    }
    CHECK(on_disk() == std::string(16 * kMiB, 'd'));

    const auto good = run(device, fs::path(device).filename());
    CHECK_MESSAGE(good.status.success(), good.output);
    CHECK(good.output.find("comparing 100 %") != std::string::npos);
    CHECK(on_disk().substr(0, kImageSize) == read_file(path("image"), 64 * kMiB).value());

    CHECK(run("/dev/null", "null").output.find("Block device required") != std::string::npos);
}
