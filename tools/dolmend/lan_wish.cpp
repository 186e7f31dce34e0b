// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/lan_wish.hpp"

#include <fmt/core.h>
#include <sstream>

namespace dolmen::daemon {

std::string to_text(const model::LanWish& wish) {
    switch (wish.kind) {
        case model::LanWish::Kind::kProxy:
            return fmt::format("proxy {}\n", wish.interface);
        case model::LanWish::Kind::kFull:
            return fmt::format("full {}\n", wish.interface);
        case model::LanWish::Kind::kNone:
            break;
    }
    return "none\n";
}

Result<model::LanWish> parse_wish(const std::string& text) {
    std::istringstream words(text);
    std::string kind;
    model::LanWish wish;
    words >> kind >> wish.interface;
    if (kind == "proxy")
        wish.kind = model::LanWish::Kind::kProxy;
    else if (kind == "full")
        wish.kind = model::LanWish::Kind::kFull;
    else if (kind != "none")
        return fail_errno("\"" + text + "\" is no wish for a network", EBADMSG);
    return wish;
}

}  // namespace dolmen::daemon
