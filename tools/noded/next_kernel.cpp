// SPDX-License-Identifier: GPL-2.0-only
#include "noded/next_kernel.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "noded/download.hpp"
#include "noded/texts.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/reboot.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <algorithm>
#include <cstdlib>

namespace dolmen::node {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kFirstDelay = 10s;
constexpr std::chrono::milliseconds kLongestDelay = 120s;
// What the rest of the system needs meanwhile.
constexpr std::size_t kMargin = 16U << 20U;

// A file system in memory that takes no more than there is room for; gone, and all in
// it, with this object.
class Scratch {
  public:
    static Result<Scratch> create(const std::string& directory, std::size_t size) {
        DOLMEN_TRY(make_directories(directory));
        const std::string data = fmt::format("size={},mode=700", size);
        if (::mount("tmpfs", directory.c_str(), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
                    data.c_str()) < 0)
            return fail_errno("make room at " + directory);
        return Scratch(directory);
    }
    Scratch(Scratch&& other) noexcept : directory_(std::exchange(other.directory_, "")) {}
    Scratch& operator=(Scratch&&) = delete;
    Scratch(const Scratch&) = delete;
    ~Scratch() {
        if (!directory_.empty())
            ::umount2(directory_.c_str(), MNT_DETACH);
    }

  private:
    explicit Scratch(std::string directory) : directory_(std::move(directory)) {}
    std::string directory_;
};

Result<Fd> new_file(const std::string& path) {
    return open_file(path, O_RDWR | O_CREAT | O_EXCL, 0600);
}

// The kernel reads archives one behind the other, each at a multiple of four bytes.
Result<> align(int fd) {
    const off_t end = ::lseek(fd, 0, SEEK_END);
    const off_t whole = (end + 3) / 4 * 4;
    if (end < 0 || ::ftruncate(fd, whole) < 0 || ::lseek(fd, whole, SEEK_SET) < 0)
        return fail_errno("put initrds together");
    return {};
}

Result<> load(const std::string& kernel, const std::string& initrd,
              const std::string& command_line) {
    const Fd kernel_file = DOLMEN_TRY(open_file(kernel, O_RDONLY));
    const Fd initrd_file = DOLMEN_TRY(open_file(initrd, O_RDONLY));
    if (::syscall(SYS_kexec_file_load, kernel_file.get(), initrd_file.get(),
                  command_line.size() + 1, command_line.c_str(), 0UL) < 0)
        return fail_errno("give the new kernel to this one (kexec)");
    return {};
}

Result<BootPointer> ask(const NextKernelOptions& options) {
    const std::string path = options.directory + "/current";
    const Fd file = DOLMEN_TRY(new_file(path));
    DOLMEN_TRY(download(boot_pointer_url(options.head), file.get()));
    const std::string text = DOLMEN_TRY(read_file(path, kBootPointerLimit));
    const BootPointer pointer = DOLMEN_TRY(parse_boot_pointer(text));
    if (pointer.build == options.own_build)
        return fail(Error::text("its boot files are the build that runs here, " + pointer.build)
                        .hint("restart the head, so that all of it is one build"));
    return pointer;
}

Result<> fetch_and_start(const NextKernelOptions& options, Screen& screen) {
    const std::size_t room = next_kernel_room(DOLMEN_TRY(read_file("/proc/meminfo")));
    // 0 would be no limit.
    if (room == 0)
        return fail_errno("load another kernel", ENOMEM);
    const Scratch scratch = DOLMEN_TRY(Scratch::create(options.directory, room));
    const BootPointer pointer = DOLMEN_TRY(ask(options));
    const std::string command_line = DOLMEN_TRY(next_command_line(pointer, options.own));
    screen.step(text::loading(pointer.build));
    const std::string kernel = options.directory + "/kernel";
    const std::string initrd = options.directory + "/initrd";
    {
        // Closed behind that: the kernel takes no file that somebody may write.
        const Fd kernel_file = DOLMEN_TRY(new_file(kernel));
        DOLMEN_TRY(download(pointer.kernel, kernel_file.get()));
        const Fd initrd_file = DOLMEN_TRY(new_file(initrd));
        for (const std::string& url : pointer.initrds) {
            DOLMEN_TRY(align(initrd_file.get()));
            DOLMEN_TRY(download(url, initrd_file.get()));
        }
    }
    DOLMEN_TRY(load(kernel, initrd, command_line));
    screen.state(text::starting_next(pointer.build));
    ::reboot(LINUX_REBOOT_CMD_KEXEC);
    return fail_errno("start the new kernel (kexec)");
}

}  // namespace

Error start_next_kernel(const NextKernelOptions& options, Screen& screen) {
    auto outcome = fetch_and_start(options, screen);
    return std::move(outcome.error());
}

std::chrono::milliseconds next_kernel_delay(unsigned failures) {
    const unsigned doublings = std::min(std::max(failures, 1U) - 1, 8U);
    return std::min(kFirstDelay * (1U << doublings), kLongestDelay);
}

std::size_t next_kernel_room(const std::string& meminfo) {
    constexpr std::string_view kAvailable = "\nMemAvailable:";
    const auto at = meminfo.find(kAvailable);
    if (at == std::string::npos)
        return 0;
    const auto kilobytes = std::strtoull(meminfo.c_str() + at + kAvailable.size(), nullptr, 10);
    const std::size_t available = kilobytes << 10U;
    return available < kMargin ? 0 : (available - kMargin) / 3;
}

}  // namespace dolmen::node
