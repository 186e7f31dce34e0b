// SPDX-License-Identifier: GPL-2.0-only
#include "noded/reaper.hpp"

#include "base/fd.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <csignal>

namespace dolmen::node {
namespace {

// A procfs of the guests' pid namespace that is mounted nowhere: only the kernel
// module reaches it. It lives as long as this descriptor.
Result<Fd> make_guest_proc() {
    const Fd context(::fsopen("proc", FSOPEN_CLOEXEC));
    if (!context)
        return fail_errno("make the guests' procfs");
    if (::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) < 0)
        return fail_errno("make the guests' procfs");
    Fd mount(::fsmount(context.get(), FSMOUNT_CLOEXEC, 0));
    if (!mount)
        return fail_errno("mount the guests' procfs");
    return mount;
}

Result<> enter_root(const std::string& root) {
    if (::chdir(root.c_str()) < 0)
        return fail_errno("enter " + root);
    if (::syscall(SYS_pivot_root, ".", ".") == 0) {
        // The old root now lies over the new one at "/".
        if (::umount2(".", MNT_DETACH) < 0)
            return fail_errno("put the old root away");
    } else {
        // An initramfs cannot be pivoted away; the new root goes over it.
        if (errno != EINVAL)
            return fail_errno("pivot to " + root);
        if (::mount(".", "/", nullptr, MS_MOVE, nullptr) < 0)
            return fail_errno("move " + root + " to /");
        if (::chroot(".") < 0)
            return fail_errno("change root to " + root);
    }
    if (::chdir("/") < 0)
        return fail_errno("enter the new root");
    return {};
}

Result<> cover(const rpc::HomeMount& place, int report) {
    const std::string data = "kind=" + place.kind;
    if (::mount(DOLMEN_HOMEFS, place.path.c_str(), DOLMEN_HOMEFS, 0, data.c_str()) == 0)
        return {};
    const int number = errno;
    const std::string what = "cover " + place.path + " with the head's";
    // A mount point that is a file or lies in what nodes do not reach: guests do
    // not see what the head has there, but all the rest works.
    if (number != ENOTDIR && number != ENOENT)
        return fail_errno(what, number);
    return write_all(report, "warning " + Error::system(what, number).to_string() + "\n");
}

// Returns what must stay open.
Result<Fd> build(const ContainerPlan& plan, kapi::Kernel& kernel, int report) {
    // Guests must not outlive noded, which alone knows when the head is lost.
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
        return fail_errno("tie the container to noded");
    ::prctl(PR_SET_NAME, "dolmen-reaper");
    // Children are reaped by the kernel.
    ::signal(SIGCHLD, SIG_IGN);
    if (::sethostname(plan.hostname.c_str(), plan.hostname.size()) < 0)
        return fail_errno("set the guests' host name");
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0)
        return fail_errno("make the guests' mounts private");
    Fd proc_mount = DOLMEN_TRY(make_guest_proc());
    const Fd proc(::openat(proc_mount.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!proc)
        return fail_errno("open the guests' procfs");
    if (!plan.root.empty())
        DOLMEN_TRY(enter_root(plan.root));
    for (const rpc::HomeMount& place : plan.home_mounts)
        DOLMEN_TRY(cover(place, report));
    DOLMEN_TRY(kernel.set_container(proc.get()));
    return proc_mount;
}

// All but one: the connections to the head, above all, are noded's to close.
void close_others(int kept) {
    const auto number = static_cast<unsigned>(kept);
    if (number > 0)
        ::close_range(0, number - 1, 0);
    ::close_range(number + 1, ~0U, 0);
}

}  // namespace

[[noreturn]] void run_reaper(const ContainerPlan& plan, kapi::Kernel& kernel, int report) {
    const auto built = build(plan, kernel, report);
    const std::string line = built ? "ready\n" : "error " + built.error().to_string() + "\n";
    // Fails if noded died before the parent death signal was set.
    if (!write_all(report, line) || !built)
        ::_exit(1);
    close_others(built->get());
    for (;;)
        ::pause();
}

}  // namespace dolmen::node
