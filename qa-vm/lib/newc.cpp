// SPDX-License-Identifier: GPL-2.0-only
#include "lib/newc.hpp"

#include <fmt/core.h>

namespace dolmen::qa {
namespace {

constexpr unsigned kDirectory = 0040000;
constexpr unsigned kRegularFile = 0100000;
constexpr const char* kTrailer = "TRAILER!!!";

void pad(std::string& bytes, std::size_t alignment) {
    bytes.append((alignment - bytes.size() % alignment) % alignment, '\0');
}

// Magic and 13 numbers of eight hexadecimal digits, name with its NUL, content; both padded to 4.
void append_entry(std::string& bytes, const std::string& path, const std::string& content,
                  unsigned mode, unsigned inode) {
    const unsigned links = 1;
    bytes += fmt::format(
        "070701{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}",
        inode, mode, 0, 0, links, 0, content.size(), 0, 0, 0, 0, path.size() + 1, 0);
    bytes += path;
    bytes.push_back('\0');
    pad(bytes, 4);
    bytes += content;
    pad(bytes, 4);
}

}  // namespace

void NewcArchive::add_file(const std::string& path, const std::string& content, unsigned mode) {
    add_directories(path);
    add_entry(path, content, kRegularFile | mode);
}

void NewcArchive::add_directories(const std::string& path) {
    for (std::size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
        const std::string directory = path.substr(0, slash);
        if (directories_.find("\n" + directory + "\n") == std::string::npos) {
            directories_ += "\n" + directory + "\n";
            add_entry(directory, "", kDirectory | 0755);
        }
    }
}

void NewcArchive::add_entry(const std::string& path, const std::string& content, unsigned mode) {
    append_entry(bytes_, path, content, mode, next_inode_++);
}

std::string NewcArchive::finish() const {
    std::string archive = bytes_;
    append_entry(archive, kTrailer, "", 0, 0);
    pad(archive, 512);
    return archive;
}

}  // namespace dolmen::qa
