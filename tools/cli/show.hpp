// SPDX-License-Identifier: GPL-2.0-only
// The answers of the commands that read, as JSON and as text. Pure. The JSON
// keys are an interface: they stay as they are.
#pragma once

#include "kapi/kernel.hpp"

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace dolmen::cli {

using Json = nlohmann::json;
using Nodes = std::vector<dolmen_node_info>;
using Processes = std::vector<dolmen_process_info>;
using Counters = std::vector<dolmen_counter_info>;
using Audit = std::vector<dolmen_audit_info>;

Json nodes_json(const Nodes& nodes);
std::string nodes_text(const Nodes& nodes);

// `node_names`: by id; a node that has none shows its id.
using NodeNames = std::map<std::uint32_t, std::string>;
NodeNames node_names(const Nodes& nodes);
std::string name_of(std::uint32_t node, const NodeNames& names);
Json processes_json(const Processes& processes, const NodeNames& names);
std::string processes_text(const Processes& processes, const NodeNames& names);

Json counters_json(const Counters& counters, const NodeNames& names);
std::string counters_text(const Counters& counters, const NodeNames& names);

Json audit_json(const Audit& audit);
std::string audit_text(const Audit& audit);

Json version_json(const std::string& tools, const kapi::Version& kernel);
std::string version_text(const std::string& tools, const kapi::Version& kernel);

// An event as dolmend sends it.
std::string event_text(const Json& event);

}  // namespace dolmen::cli
