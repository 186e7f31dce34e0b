// SPDX-License-Identifier: GPL-2.0-only
#include "base/file.hpp"

#include "base/fd.hpp"
#include "base/scope_exit.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cstdio>
#include <cstdlib>

namespace dolmen {

Result<std::string> read_file(const std::string& path, std::size_t limit) {
    const Fd fd = DOLMEN_TRY(open_file(path, O_RDONLY));
    std::string content;
    char buffer[16384];
    for (;;) {
        const ssize_t done = ::read(fd.get(), buffer, sizeof(buffer));
        if (done == 0)
            return content;
        if (done < 0) {
            if (errno == EINTR)
                continue;
            return fail_errno("read " + path);
        }
        if (content.size() + static_cast<std::size_t>(done) > limit)
            return fail_errno("read " + path, EFBIG);
        content.append(buffer, static_cast<std::size_t>(done));
    }
}

Result<> write_file_atomically(const std::string& path, const std::string& content, mode_t mode) {
    std::string temporary = path + ".XXXXXX";
    const Fd fd(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!fd)
        return fail_errno("make " + temporary);
    ScopeExit remove([&] { ::unlink(temporary.c_str()); });
    auto written = write_all(fd.get(), content);
    if (!written)
        return fail(std::move(written.error()).context(temporary));
    if (::fchmod(fd.get(), mode) < 0)
        return fail_errno("set the mode of " + temporary);
    if (::fsync(fd.get()) < 0)
        return fail_errno("sync " + temporary);
    if (::rename(temporary.c_str(), path.c_str()) < 0)
        return fail_errno("rename to " + path);
    remove.dismiss();
    return {};
}

Result<> write_control(const std::string& path, const std::string& content) {
    const Fd fd = DOLMEN_TRY(open_file(path, O_WRONLY));
    if (::write(fd.get(), content.data(), content.size()) < 0)
        return fail_errno("write to " + path);
    return {};
}

Result<> make_directories(const std::string& path, mode_t mode) {
    for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
        const std::string part = path.substr(0, end);
        if (::mkdir(part.c_str(), mode) < 0 && errno != EEXIST)
            return fail_errno("make directory " + part);
        if (end == std::string::npos)
            return {};
    }
}

}  // namespace dolmen
