// SPDX-License-Identifier: GPL-2.0-only
// The head's screen as lines of text. Pure: what is to be shown comes in, lines of
// at most the screen's width come out.
#pragma once

#include "rpc/head_status.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace dolmen::console {

struct Login {
    std::string user;
    std::string password;
    bool operator==(const Login&) const = default;
};

// All that the screen is made of. Texts may come from the network as they are.
struct View {
    std::string version;  // of this program
    std::optional<rpc::HeadStatus> status;
    std::string no_status;       // why there is none
    std::optional<Login> login;  // of a live head
    rpc::RootSpace root;
    std::string note;  // what became of the last key
};

enum class Style { kPlain, kTitle, kStrong, kWarning };

struct Line {
    std::string text;  // printable ASCII
    Style style = Style::kPlain;
    bool operator==(const Line&) const = default;
};

struct Size {
    std::size_t columns = 80;
    std::size_t rows = 25;
};

// As many lines as the screen has rows, at least 60 columns wide. What does not fit is
// counted in words.
std::vector<Line> render(const View& view, Size size);

// Words of `text` in lines of at most `width` (more than 4); what is over `most` lines
// is cut.
std::vector<std::string> wrap(const std::string& text, std::size_t width, std::size_t most);

}  // namespace dolmen::console
