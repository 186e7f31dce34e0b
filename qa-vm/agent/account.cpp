// SPDX-License-Identifier: GPL-2.0-only
#include "agent/account.hpp"

#include <charconv>
#include <optional>
#include <string_view>

namespace dolmen::qa {
namespace {

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

std::optional<unsigned> to_number(const std::string& text) {
    unsigned number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end || text.empty()) {
        return std::nullopt;
    }
    return number;
}

// name:password:gid:member,member
std::vector<gid_t> groups_of(const std::string& user, const std::string& group) {
    std::vector<gid_t> groups;
    for (const std::string& line : split(group, '\n')) {
        const std::vector<std::string> fields = split(line, ':');
        if (fields.size() != 4) {
            continue;
        }
        const std::optional<unsigned> gid = to_number(fields[2]);
        for (const std::string& member : split(fields[3], ',')) {
            if (gid && member == user) {
                groups.push_back(*gid);
            }
        }
    }
    return groups;
}

}  // namespace

Result<Account> find_account(const std::string& user, const std::string& passwd,
                             const std::string& group) {
    const std::string wanted = user.empty() ? "root" : user;
    for (const std::string& line : split(passwd, '\n')) {
        // name:password:uid:gid:comment:home:shell
        const std::vector<std::string> fields = split(line, ':');
        if (fields.size() != 7 || (fields[0] != wanted && fields[2] != wanted)) {
            continue;
        }
        const std::optional<unsigned> uid = to_number(fields[2]);
        const std::optional<unsigned> gid = to_number(fields[3]);
        if (!uid || !gid) {
            continue;
        }
        Account account;
        account.name = fields[0];
        account.uid = *uid;
        account.gid = *gid;
        account.groups = groups_of(fields[0], group);
        account.groups.push_back(*gid);
        account.home = fields[5];
        account.shell = fields[6].empty() ? "/bin/sh" : fields[6];
        return account;
    }
    if (wanted == "root" || wanted == "0") {
        return Account{};
    }
    return fail_errno("user " + wanted, ENOENT);
}

}  // namespace dolmen::qa
