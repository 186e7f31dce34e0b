// SPDX-License-Identifier: GPL-2.0-only
#include "pxe/lib/boot_files.hpp"

#include "base/fd.hpp"
#include "base/scope_exit.hpp"
#include "pxe/lib/boot_plan.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <vector>

namespace dolmen::pxe {
namespace {

namespace fs = std::filesystem;

Result<struct stat> look_at(const std::string& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) < 0)
        return fail_errno("look at " + path);
    return found;
}

Result<> sync(const std::string& path, int flags) {
    const Fd fd = DOLMEN_TRY(open_file(path, flags));
    if (::fsync(fd.get()) < 0)
        return fail_errno("sync " + path);
    return {};
}

// A link has the mode of its source, and the servers do not run as root.
bool link_file(const std::string& source, const std::string& target) {
    struct stat found {};
    return ::stat(source.c_str(), &found) == 0 && (found.st_mode & S_IROTH) != 0 &&
           ::linkat(AT_FDCWD, source.c_str(), AT_FDCWD, target.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

Result<> copy_file(const std::string& source, const std::string& target) {
    constexpr std::size_t kChunk = 16U << 20U;
    const Fd from = DOLMEN_TRY(open_file(source, O_RDONLY));
    const Fd to = DOLMEN_TRY(open_file(target, O_WRONLY | O_CREAT | O_EXCL, 0644));
    // Whatever the umask is.
    if (::fchmod(to.get(), 0644) < 0)
        return fail_errno("set the mode of " + target);
    for (;;) {
        const ssize_t done = ::sendfile(to.get(), from.get(), nullptr, kChunk);
        if (done == 0)
            return {};
        if (done < 0 && errno != EINTR)
            return fail_errno(fmt::format("copy {} to {}", source, target));
    }
}

// 0 at the end.
Result<std::size_t> read_block(const Fd& fd, std::vector<char>& block, const std::string& path) {
    std::size_t filled = 0;
    while (filled < block.size()) {
        const ssize_t done = ::read(fd.get(), block.data() + filled, block.size() - filled);
        if (done == 0)
            break;
        if (done < 0 && errno != EINTR)
            return fail_errno("read " + path);
        if (done > 0)
            filled += static_cast<std::size_t>(done);
    }
    return filled;
}

}  // namespace

Result<> check_source(const std::string& source) {
    const struct stat found = DOLMEN_TRY(look_at(source));
    if (!S_ISREG(found.st_mode))
        return fail_errno(source + " is no regular file", EINVAL);
    return {};
}

Result<bool> same_content(const std::string& left, const std::string& right) {
    const struct stat left_found = DOLMEN_TRY(look_at(left));
    const struct stat right_found = DOLMEN_TRY(look_at(right));
    if (left_found.st_dev == right_found.st_dev && left_found.st_ino == right_found.st_ino)
        return true;
    if (left_found.st_size != right_found.st_size)
        return false;
    constexpr std::size_t kBlock = 1U << 20U;
    std::vector<char> left_block(kBlock);
    std::vector<char> right_block(kBlock);
    const Fd left_fd = DOLMEN_TRY(open_file(left, O_RDONLY));
    const Fd right_fd = DOLMEN_TRY(open_file(right, O_RDONLY));
    for (;;) {
        const std::size_t filled = DOLMEN_TRY(read_block(left_fd, left_block, left));
        if (filled != DOLMEN_TRY(read_block(right_fd, right_block, right)) ||
            std::memcmp(left_block.data(), right_block.data(), filled) != 0)
            return false;
        if (filled == 0)
            return true;
    }
}

Result<> place_file(const std::string& source, const std::string& target) {
    if (::access(target.c_str(), F_OK) == 0 && DOLMEN_TRY(same_content(source, target)))
        return {};
    const fs::path path(target);
    const std::string directory = path.parent_path();
    const std::string temporary = fmt::format("{}/.{}.new", directory, path.filename().string());
    // Left behind by a crash.
    ::unlink(temporary.c_str());
    const ScopeExit remove([&] { ::unlink(temporary.c_str()); });
    if (!link_file(source, temporary))
        DOLMEN_TRY(copy_file(source, temporary));
    DOLMEN_TRY(sync(temporary, O_RDONLY));
    if (::rename(temporary.c_str(), target.c_str()) < 0)
        return fail_errno("rename to " + target);
    return sync_directory(directory);
}

Result<> remove_builds(const std::string& directory, const std::set<std::string>& keep) {
    std::error_code code;
    std::vector<fs::path> old;
    for (fs::directory_iterator entry(directory, code), end; !code && entry != end;
         entry.increment(code)) {
        const std::string name = entry->path().filename();
        std::error_code gone;
        if (is_name(name) && !keep.contains(name) && fs::is_directory(entry->symlink_status(gone)))
            old.push_back(entry->path());
    }
    if (code && code != std::errc::no_such_file_or_directory)
        return fail_errno("read " + directory, code.value());
    for (const fs::path& build : old) {
        fs::remove_all(build, code);
        if (code)
            return fail_errno("remove " + build.string(), code.value());
    }
    return {};
}

Result<> sync_directory(const std::string& directory) {
    return sync(directory, O_RDONLY | O_DIRECTORY);
}

}  // namespace dolmen::pxe
