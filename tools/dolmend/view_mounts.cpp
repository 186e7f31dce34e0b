// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/view_mounts.hpp"

#include <sys/mount.h>
#include <sys/stat.h>
#include <array>

namespace dolmen::daemon {
namespace {

struct View {
    const char* source;
    const char* target;
};

constexpr std::array kViews{
    View{"/proc/dolmen/view/stat", "/proc/stat"},
    View{"/proc/dolmen/view/cpuinfo", "/proc/cpuinfo"},
    View{"/proc/dolmen/view/meminfo", "/proc/meminfo"},
    View{"/proc/dolmen/view/loadavg", "/proc/loadavg"},
    View{"/proc/dolmen/view/uptime", "/proc/uptime"},
    View{"/proc/dolmen/view/cpu-online", "/sys/devices/system/cpu/online"},
    View{"/proc/dolmen/view/cpu-possible", "/sys/devices/system/cpu/possible"},
    View{"/proc/dolmen/view/cpu-present", "/sys/devices/system/cpu/present"},
};

Result<> mount_one(const View& view) {
    struct stat source {};
    struct stat target {};
    if (::stat(view.source, &source) < 0)
        return fail_errno(std::string("look at ") + view.source);
    if (::stat(view.target, &target) < 0)
        return fail_errno(std::string("look at ") + view.target);
    if (source.st_dev == target.st_dev && source.st_ino == target.st_ino)
        return {};
    if (::mount(view.source, view.target, nullptr, MS_BIND, nullptr) < 0)
        return fail_errno(std::string("mount ") + view.source + " over " + view.target);
    return {};
}

}  // namespace

Result<> mount_view() {
    Result<> first;
    for (const View& view : kViews) {
        auto mounted = mount_one(view);
        if (!mounted && first)
            first = std::move(mounted);
    }
    return first;
}

}  // namespace dolmen::daemon
