// SPDX-License-Identifier: GPL-2.0-only
// What dolmend tells of itself: the one answer that the console screen, `dolmen nodes`
// and `dolmen doctor` are made from. Pure but for room_of() and login_user().
//
//   {"type":"status", "version":"0.1.0", "build":"…",
//    "lan":{"mode":"off|proxy|full|direct|probing", "interface":"eth0",
//           "address":"10.77.0.1/24", "reason":"…", "keys":[{"key":"p","text":"…"}]},
//    "nodes":[{"name":"node1","mac":"…","state":"up|away|joining","address":"…",
//              "problem":"…"}],
//    "machines":[{"mac":"…","address":"…","stage":"seen|loading|booting|lost",
//                 "problem":"…","seconds":12}],
//    "root":{"total":bytes,"free":bytes},
//    "login":{"user":"…","password_file":"…"}}
//
// "nodes" are all that have ever joined this head; "machines" those on their way, and
// nodes that are lost. "login" is there only on a live head. Readers leave out what they
// do not know.
#pragma once

#include "dolmend/lan_service.hpp"
#include "dolmend/machine_book.hpp"
#include "model/cluster.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace dolmen::daemon {

// "USER PASSWORD" of the account that a live head makes when it starts.
constexpr const char* kLoginFile = "/run/dolmen-login";

struct Room {
    std::uint64_t total = 0;  // bytes
    std::uint64_t free = 0;
};

struct Status {
    std::string version;
    std::string build;  // of the modules
    LanStatus lan;
    std::vector<model::Node> nodes;
    std::vector<Machine> machines;
    Room root;
    std::string login_user;  // empty: none was made
};

nlohmann::json to_json(const Status& status);

// Of the file system at `path`; zeros if it does not tell.
Room room_of(const std::string& path);
// The first word of `file`; empty: it is not there.
std::string login_user(const std::string& file);

}  // namespace dolmen::daemon
