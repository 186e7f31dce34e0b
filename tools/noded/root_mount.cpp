// SPDX-License-Identifier: GPL-2.0-only
#include "noded/root_mount.hpp"

#include "base/file.hpp"
#include "base/log.hpp"

#include <sys/mount.h>

namespace dolmen::node {

std::string nfs_mount_data(const std::string& options, const std::string& server,
                           const std::string& address) {
    return options + ",addr=" + server + ",clientaddr=" + address;
}

Result<RootMount> RootMount::create(const std::string& directory, const std::string& server,
                                    const std::string& options, const std::string& address) {
    DOLMEN_TRY(make_directories(directory));
    const std::string source = server + ":/";
    const std::string data = nfs_mount_data(options, server, address);
    if (::mount(source.c_str(), directory.c_str(), "nfs", 0, data.c_str()) < 0)
        return fail(Error::system("mount " + source + " (" + data + ")")
                        .hint("does the head's NFS server run and export \"/\"?"));
    return RootMount(directory);
}

RootMount::~RootMount() {
    if (directory_.empty())
        return;
    // MNT_FORCE ends calls that wait for a server that is gone; MNT_DETACH takes
    // the tree away although guests on their way out still hold files.
    if (::umount2(directory_.c_str(), MNT_FORCE | MNT_DETACH) < 0)
        log::warning("{}", Error::system("unmount " + directory_).to_string());
}

}  // namespace dolmen::node
