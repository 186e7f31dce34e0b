// SPDX-License-Identifier: GPL-2.0-only
#include "model/home_mounts.hpp"

#include <map>
#include <sstream>

namespace dolmen::model {
namespace {

// Spaces and the like are written as backslash and three octal digits.
std::string unescape(const std::string& text) {
    std::string plain;
    const auto is_octal = [](char digit) { return digit >= '0' && digit <= '7'; };
    for (std::size_t index = 0; index < text.size(); ++index) {
        const bool escaped = text[index] == '\\' && index + 3 < text.size() &&
                             is_octal(text[index + 1]) && is_octal(text[index + 2]) &&
                             is_octal(text[index + 3]);
        if (!escaped) {
            plain.push_back(text[index]);
            continue;
        }
        const int code =
            (text[index + 1] - '0') * 64 + (text[index + 2] - '0') * 8 + (text[index + 3] - '0');
        plain.push_back(static_cast<char>(code));
        index += 3;
    }
    return plain;
}

std::string kind_of(const std::string& path, const std::string& type) {
    if (type == "proc")
        return "proc";
    if (path == "/dev")
        return "dev";
    return "other";
}

bool is_below(const std::string& path, const std::string& directory) {
    return path.size() > directory.size() && path.starts_with(directory) &&
           path[directory.size()] == '/';
}

}  // namespace

std::vector<HomeMount> find_home_mounts(std::string_view mountinfo,
                                        const std::set<std::string>& exported) {
    std::map<std::string, std::string> kinds = {
        {"/proc", "proc"}, {"/dev", "dev"}, {"/sys", "other"}};
    std::istringstream lines{std::string(mountinfo)};
    for (std::string line; std::getline(lines, line);) {
        // id parent major:minor root mount-point options [optional...] - type ...
        std::istringstream words(line);
        std::string word;
        std::string path;
        for (int index = 0; index < 5 && words >> word; ++index)
            path = index == 4 ? unescape(word) : "";
        while (words >> word && word != "-") {
        }
        std::string type;
        if (!(words >> type) || path.size() < 2 || path.front() != '/')
            continue;
        // A later mount on the same point hides the earlier one.
        if (!exported.contains(path))
            kinds[path] = kind_of(path, type);
    }
    std::vector<HomeMount> mounts;
    for (const auto& [path, kind] : kinds) {
        bool covered = false;
        for (const HomeMount& mount : mounts)
            covered = covered || is_below(path, mount.path);
        if (!covered)
            mounts.push_back({path, kind});
    }
    return mounts;
}

std::set<std::string> exported_paths(std::string_view etab) {
    std::set<std::string> paths;
    std::istringstream lines{std::string(etab)};
    for (std::string line; std::getline(lines, line);) {
        const std::string path = line.substr(0, line.find('\t'));
        if (path.starts_with('/'))
            paths.insert(unescape(path));
    }
    return paths;
}

}  // namespace dolmen::model
