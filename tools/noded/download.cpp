// SPDX-License-Identifier: GPL-2.0-only
#include "noded/download.hpp"

#include "base/process.hpp"
#include "noded/boot_pointer.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <algorithm>
#include <chrono>

namespace dolmen::node {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kLook = 500ms;
// Without a byte for so long, it is given up.
constexpr std::chrono::seconds kStall{30};
constexpr std::size_t kResponseLimit = 32U << 10U;

// Runs wget to its end, as long as bytes come.
Result<ExitStatus> run(Process& wget, int fd, const std::string& url) {
    off_t size = 0;
    auto last_byte = std::chrono::steady_clock::now();
    for (;;) {
        const auto status = DOLMEN_TRY(wget.wait_for(kLook));
        if (status)
            return *status;
        const off_t now = ::lseek(fd, 0, SEEK_CUR);
        if (now != size)
            last_byte = std::chrono::steady_clock::now();
        size = now;
        if (std::chrono::steady_clock::now() - last_byte > kStall)
            return fail_errno("load " + url, ETIMEDOUT);
    }
}

std::string read_response(int fd) {
    std::string text;
    char buffer[4096];
    ssize_t done = 0;
    while (text.size() < kResponseLimit && (done = ::read(fd, buffer, sizeof(buffer))) > 0)
        text.append(buffer, static_cast<std::size_t>(done));
    return text;
}

bool is_full(int fd) {
    struct statvfs found {};
    return ::fstatvfs(fd, &found) == 0 && found.f_bavail == 0;
}

// Its last line says why it failed: "wget: server returned error: HTTP/1.1 404 Not Found".
std::string reason_of(const std::string& response) {
    std::string text = response.substr(0, response.find_last_not_of("\r\n") + 1);
    const auto last = text.rfind("wget: ");
    return last == std::string::npos ? "it ended too early" : text.substr(last + 6);
}

}  // namespace

Result<> download(const std::string& url, int fd) {
    const Fd null = DOLMEN_TRY(open_file("/dev/null", O_RDONLY));
    Pipe response = DOLMEN_TRY(make_pipe());
    SpawnOptions options;
    options.input = null.get();
    options.output = fd;
    options.error = response.write.get();
    const off_t begin = ::lseek(fd, 0, SEEK_CUR);
    // -S: the response is where it says how long the file is.
    Process wget =
        DOLMEN_TRY(Process::spawn({"busybox", "wget", "-q", "-S", "-O", "-", url}, options));
    response.write.reset();
    const ExitStatus status = DOLMEN_TRY(run(wget, fd, url));
    const std::string said = read_response(response.read.get());
    const auto received =
        static_cast<std::size_t>(std::max<off_t>(::lseek(fd, 0, SEEK_CUR) - begin, 0));
    if (is_full(fd))
        return fail(Error::system("load " + url, ENOSPC)
                        .hint("this PC has too little memory to change its build: reset it"));
    if (!status.success())
        return fail_text("load " + url + ": " + reason_of(said));
    const auto wanted = content_length(said);
    if (!wanted || *wanted != received)
        return fail_text(fmt::format("load {}: {} of {} bytes came", url, received,
                                     wanted ? std::to_string(*wanted) : "an unknown number of"));
    return {};
}

}  // namespace dolmen::node
