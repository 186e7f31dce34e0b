// SPDX-License-Identifier: GPL-2.0-only
// dolmen-usb-write: puts a bootable image on a stick, after it has shown what is on
// that and its name has been typed. What `./demo --usb` calls.
#include "base/clock.hpp"
#include "base/fd.hpp"
#include "base/process.hpp"
#include "usb/block_device.hpp"
#include "usb/image_writer.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <string>

namespace {

using namespace dolmen;
using namespace dolmen::usb;

Result<BlockDevice> find_usable(const std::string& path, std::uint64_t image_size) {
    BlockDevice device = DOLMEN_TRY(find_device(path));
    if (const auto why = why_refused(device, image_size))
        return fail_text("nothing is written: " + *why);
    return device;
}

Result<> show_content(const std::string& path) {
    Process lsblk = DOLMEN_TRY(Process::spawn(
        {"lsblk", "--output", "NAME,SIZE,TYPE,TRAN,VENDOR,MODEL,FSTYPE,LABEL,MOUNTPOINTS", path}));
    static_cast<void>(DOLMEN_TRY(lsblk.wait()));
    return {};
}

Result<> ask(const std::string& name) {
    fmt::print("\nAll that is on {0} will be gone. Type \"{0}\" to go on: ", name);
    std::fflush(stdout);
    std::string typed;
    std::getline(std::cin, typed);
    if (typed != name)
        return fail_text("nothing is written: the name was not typed");
    return {};
}

// One line that changes on a terminal, one line each ten percent elsewhere.
OnProgress show_progress(const std::string& what, std::uint64_t total) {
    const bool terminal = ::isatty(STDOUT_FILENO) != 0;
    const auto began = SteadyClock::now();
    return [=, last = std::uint64_t{0}](std::uint64_t done) mutable {
        const auto elapsed =
            std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - began);
        const std::string text = progress_text(what, done, total, elapsed);
        const std::uint64_t tenth = done * 10 / total;
        if (terminal)
            fmt::print("\r{}\x1b[K{}", text, done == total ? "\n" : "");
        else if (tenth != last)
            fmt::print("{}\n", text);
        last = tenth;
        std::fflush(stdout);
    };
}

Result<> put(const std::string& path, const std::string& image_path) {
    const Fd image = DOLMEN_TRY(open_file(image_path, O_RDONLY));
    const auto checked = check_image(image.get());
    if (!checked)
        return fail(Error(checked.error()).context(image_path));
    const std::uint64_t size = *checked;
    const BlockDevice device = DOLMEN_TRY(find_usable(path, size));
    DOLMEN_TRY(show_content(path));
    DOLMEN_TRY(ask(device.name));
    // Meanwhile somebody may have used it. From here on the kernel lets nobody.
    auto opened = open_file(path, O_RDWR | O_EXCL);
    if (!opened)
        return fail(std::move(opened.error()).context("nothing is written"));
    const Fd target = std::move(*opened);
    static_cast<void>(DOLMEN_TRY(find_usable(path, size)));
    DOLMEN_TRY(write_image(image.get(), size, target.get(), show_progress("writing", size)));
    DOLMEN_TRY(compare_image(image.get(), size, target.get(), show_progress("comparing", size)));
    // The kernel still knows the old partitions. If it can not look now, it will when the
    // stick is plugged in again.
    static_cast<void>(::ioctl(target.get(), BLKRRPART, 0));
    fmt::print("{} has the image and can be pulled out.\n", device.name);
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    std::string device;
    std::string image;
    CLI::App app{"Writes a bootable image to a stick.", "dolmen-usb-write"};
    app.add_option("device", device, "the whole stick: /dev/sdb, for example")->required();
    app.add_option("image", image, "what to write; without it the device is only looked at");
    CLI11_PARSE(app, argc, argv);
    Result<> done;
    if (image.empty()) {
        if (const auto found = find_usable(device, 0); !found)
            done = fail(found.error());
    } else {
        done = put(device, image);
    }
    if (done)
        return 0;
    fmt::print(stderr, "dolmen-usb-write: {}\n", done.error().to_string());
    return 1;
}
