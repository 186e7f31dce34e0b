// SPDX-License-Identifier: GPL-2.0-only
// `dolmen doctor`: from what was found out about a head (doctor_facts.hpp) to findings
// in words, each with what to do. Pure.
#pragma once

#include "rpc/head_status.hpp"

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace dolmen::cli {

struct CardFact {
    std::string name;
    bool wired = false;  // a real card with a socket for a cable
    bool has_link = false;
};

// Somebody else who answers DHCP questions on a card.
struct ServerFact {
    std::string interface;
    std::string address;
    bool offers_address = false;
    bool offers_boot = false;
};

// A file that nodes load, as the head's server offers it.
struct BootFileFact {
    std::string name;
    std::optional<std::uint64_t> on_disk;  // bytes
    std::uint64_t served = 0;
    std::string problem;  // why it can not be loaded
};

struct BootFact {
    std::string problem;  // why it is not known what nodes load
    std::string build;
    std::vector<BootFileFact> files;
};

// What is installed for nodes to boot.
struct ImageFact {
    std::string problem;  // why there is nothing
    std::string build;
    std::string kernel;  // release
};

struct NodeFact {
    std::string name;
    std::uint64_t memory = 0;  // bytes
    std::string problem;       // why it could not be asked for its time
    double clock_ahead = 0;    // seconds against the head
    double clock_error = 0;    // how wrong that may be
};

struct Facts {
    std::string tools_version;
    std::optional<rpc::HeadStatus> status;
    std::string no_status;
    std::string module_build;
    std::string no_module;  // why the kernel's part can not be asked
    std::string kernel;     // release that runs here
    std::vector<CardFact> cards;
    std::string not_probed;  // why the networks were not asked for servers
    std::vector<ServerFact> servers;
    std::vector<std::string> stopped_services;
    BootFact boot;  // only where boot files are served
    ImageFact image;
    std::vector<NodeFact> nodes;
    std::int64_t now = 0;             // seconds since 1970
    std::int64_t programs_built = 0;  // no earlier time can be right
    std::uint64_t memory = 0;         // of the head, bytes
    rpc::RootSpace root;
};

enum class Level { kOk, kWarning, kProblem };

struct Finding {
    Level level = Level::kOk;
    std::string subject;  // "link", "dhcp", ...: one of a few words
    std::string text;
    std::string advice;  // what to do; empty if all is well
};
using Findings = std::vector<Finding>;

Findings examine(const Facts& facts);

// The parts of examine(), by what they look at.
void check_links(const Facts& facts, Findings& findings);
void check_servers(const Facts& facts, Findings& findings);
void check_machines(const Facts& facts, Findings& findings);
void check_services(const Facts& facts, Findings& findings);
void check_boot_files(const Facts& facts, Findings& findings);
void check_versions(const Facts& facts, Findings& findings);
void check_clocks(const Facts& facts, Findings& findings);
void check_memory(const Facts& facts, Findings& findings);

bool has_problem(const Findings& findings);
// One line each; harmless on a terminal whatever the network has said.
std::string findings_text(const Findings& findings);
nlohmann::json findings_json(const Findings& findings);

}  // namespace dolmen::cli
