// SPDX-License-Identifier: GPL-2.0-only
#include "usb/block_device.hpp"

#include "base/display.hpp"
#include "base/file.hpp"

#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <charconv>
#include <filesystem>
#include <sstream>

namespace dolmen::usb {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSector = 512;  // the unit of "size", whatever the disk has

// A disk or one of its partitions.
struct Part {
    std::string name;
    std::string number;  // "8:17"
    fs::path directory;
};

Result<std::string> first_line(const fs::path& path) {
    const std::string text = DOLMEN_TRY(read_file(path));
    return text.substr(0, text.find('\n'));
}

Result<std::uint64_t> read_number(const fs::path& path) {
    const std::string text = DOLMEN_TRY(first_line(path));
    std::uint64_t number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc{} || end != text.data() + text.size())
        return fail_errno(path.string() + ": no number", EBADMSG);
    return number;
}

Result<std::vector<Part>> parts_of(const fs::path& disk) {
    std::vector<Part> parts = {{disk.filename(), DOLMEN_TRY(first_line(disk / "dev")), disk}};
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(disk, error))
        if (fs::exists(entry.path() / "partition", error))
            parts.push_back({entry.path().filename(), DOLMEN_TRY(first_line(entry.path() / "dev")),
                             entry.path()});
    if (error)
        return fail_errno("look at " + disk.string(), error.value());
    return parts;
}

// Lines like "36 35 8:17 / /mnt rw shared:1 - ext4 /dev/sdb1 rw". Some file systems
// have a number of their own there, and only their source tells.
void add_mounts(const std::string& mountinfo, const Part& part, std::vector<std::string>& uses) {
    std::istringstream lines(mountinfo);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string id;
        std::string parent;
        std::string number;
        std::string root;
        std::string where;
        words >> id >> parent >> number >> root >> where;
        const auto separator = line.find(" - ");
        std::string type;
        std::string source;
        if (separator != std::string::npos)
            std::istringstream(line.substr(separator + 3)) >> type >> source;
        if (number == part.number || source == "/dev/" + part.name)
            uses.push_back(fmt::format("/dev/{} is mounted on {}", part.name, where));
    }
}

void add_swaps(const std::string& swaps, const Part& part, std::vector<std::string>& uses) {
    std::istringstream lines(swaps);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("/dev/" + part.name + ' ') ||
            line.starts_with("/dev/" + part.name + '\t'))
            uses.push_back(fmt::format("/dev/{} is used as swap space", part.name));
}

// Volume groups, encryption, RAID.
void add_holders(const Part& part, std::vector<std::string>& uses) {
    std::error_code error;
    for (const auto& holder : fs::directory_iterator(part.directory / "holders", error))
        uses.push_back(
            fmt::format("/dev/{} is a part of {}", part.name, holder.path().filename().string()));
}

}  // namespace

Result<BlockDevice> describe_device(const std::string& number, const KernelFiles& files) {
    std::error_code error;
    const fs::path disk = fs::canonical(fs::path(files.sys) / "dev/block" / number, error);
    if (error)
        return fail_errno("block device " + number, error.value());
    BlockDevice device;
    device.name = disk.filename();
    device.is_partition = fs::exists(disk / "partition", error);
    device.size = DOLMEN_TRY(read_number(disk / "size")) * kSector;
    device.is_read_only = DOLMEN_TRY(read_number(disk / "ro")) != 0;
    const std::string mountinfo = DOLMEN_TRY(read_file(files.proc + "/self/mountinfo"));
    const std::string swaps = read_file(files.proc + "/swaps").value_or("");
    for (const Part& part : DOLMEN_TRY(parts_of(disk))) {
        add_mounts(mountinfo, part, device.uses);
        add_swaps(swaps, part, device.uses);
        add_holders(part, device.uses);
    }
    return device;
}

Result<BlockDevice> find_device(const std::string& path, const KernelFiles& files) {
    struct stat found {};
    if (::stat(path.c_str(), &found) < 0)
        return fail_errno("look at " + path);
    if (!S_ISBLK(found.st_mode))
        return fail(Error::system(path, ENOTBLK).hint("\"lsblk\" lists the disks of this machine"));
    return describe_device(fmt::format("{}:{}", major(found.st_rdev), minor(found.st_rdev)), files);
}

std::optional<std::string> why_refused(const BlockDevice& device, std::uint64_t image_size) {
    if (device.is_partition)
        return fmt::format("{} is a partition: name the whole disk", device.name);
    if (!device.uses.empty()) {
        std::string all;
        for (const std::string& use : device.uses)
            all += (all.empty() ? "" : ", ") + printable(use);
        return all + ": unmount it first, if it is the right disk";
    }
    if (device.size == 0)
        return fmt::format("there is nothing in {}", device.name);
    if (device.is_read_only)
        return fmt::format("{} can only be read: is there a switch on it?", device.name);
    if (device.size < image_size)
        return fmt::format("{} is too small: it has {}, the image {}", device.name,
                           size_text(device.size), size_text(image_size));
    return std::nullopt;
}

}  // namespace dolmen::usb
