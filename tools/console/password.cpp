// SPDX-License-Identifier: GPL-2.0-only
#include "console/password.hpp"

namespace dolmen::console {

std::optional<std::string> make_password(
    const std::function<std::optional<std::uint8_t>()>& next_byte) {
    // Bytes over the largest multiple would make the first letters likelier.
    constexpr std::size_t kUsable = 256 / kPasswordLetters.size() * kPasswordLetters.size();
    std::string password;
    while (password.size() < kPasswordLength) {
        const auto byte = next_byte();
        if (!byte)
            return std::nullopt;
        if (*byte < kUsable)
            password += kPasswordLetters[*byte % kPasswordLetters.size()];
    }
    return password;
}

std::string to_file(const Login& login) {
    return login.user + ' ' + login.password + '\n';
}

std::optional<Login> from_file(std::string_view content) {
    if (content.ends_with('\n'))
        content.remove_suffix(1);
    const auto space = content.find(' ');
    if (space == 0 || space == std::string_view::npos || space + 1 == content.size() ||
        content.find_first_of(" \n", space + 1) != std::string_view::npos)
        return std::nullopt;
    return Login{std::string(content.substr(0, space)), std::string(content.substr(space + 1))};
}

}  // namespace dolmen::console
