// SPDX-License-Identifier: GPL-2.0-only
#include "pxe/lib/plan_file.hpp"

#include "model/toml_entries.hpp"

#include <fmt/core.h>
#include <charconv>

namespace dolmen::pxe {
namespace {

// A key and its value, which know where they stand.
struct Entry {
    std::string key;
    const toml::node& node;

    tl::unexpected<Error> bad(std::string_view why) const {
        return model::bad_toml_entry(node, key, why);
    }
};

Result<std::string> text(const Entry& entry) {
    const auto value = entry.node.value_exact<std::string>();
    if (!value)
        return entry.bad("want a text in quotes");
    return *value;
}

Result<std::vector<std::string>> texts(const Entry& entry) {
    const toml::array* list = entry.node.as_array();
    if (list == nullptr)
        return entry.bad("want a list of texts");
    std::vector<std::string> values;
    for (const toml::node& node : *list)
        values.push_back(DOLMEN_TRY(text({entry.key, node})));
    return values;
}

Result<DhcpMode> mode(const Entry& entry) {
    const std::string name = DOLMEN_TRY(text(entry));
    if (name == "off")
        return DhcpMode::kOff;
    if (name == "proxy")
        return DhcpMode::kProxy;
    if (name == "full")
        return DhcpMode::kFull;
    return entry.bad("want \"off\", \"proxy\" or \"full\"");
}

Result<Ipv4> address(const Entry& entry, const std::string& value) {
    auto parsed = Ipv4::parse(value);
    if (!parsed)
        return entry.bad(parsed.error().to_string());
    return parsed;
}

Result<AddressRange> range(const Entry& entry) {
    const auto ends = DOLMEN_TRY(texts(entry));
    if (ends.size() != 2)
        return entry.bad("want two addresses: the first and the last");
    return AddressRange{DOLMEN_TRY(address(entry, ends[0])), DOLMEN_TRY(address(entry, ends[1]))};
}

// "ADDRESS/LENGTH"
Result<Ipv4Network> head(const Entry& entry) {
    const std::string value = DOLMEN_TRY(text(entry));
    const auto slash = value.find('/');
    if (slash == std::string::npos)
        return entry.bad("want ADDRESS/LENGTH");
    Ipv4Network subnet{DOLMEN_TRY(address(entry, value.substr(0, slash))), 0};
    const char* end = value.data() + value.size();
    const auto [last, code] = std::from_chars(value.data() + slash + 1, end, subnet.prefix);
    if (code != std::errc{} || last != end)
        return entry.bad("want ADDRESS/LENGTH");
    return subnet;
}

Result<std::uint16_t> port(const Entry& entry) {
    const auto value = entry.node.value_exact<std::int64_t>();
    if (!value || *value < 1 || *value > 65535)
        return entry.bad("want a number from 1 to 65535");
    return static_cast<std::uint16_t>(*value);
}

std::string* text_member(BootPlan& plan, std::string_view key) {
    if (key == "interface")
        return &plan.interface;
    if (key == "boot_directory")
        return &plan.boot_directory;
    if (key == "run_directory")
        return &plan.run_directory;
    if (key == "lease_script")
        return &plan.lease_script;
    if (key == "access_socket")
        return &plan.access_socket;
    if (key == "build")
        return &plan.build;
    if (key == "kernel")
        return &plan.kernel;
    return nullptr;
}

Result<> apply(const Entry& entry, BootPlan& plan) {
    if (std::string* member = text_member(plan, entry.key)) {
        *member = DOLMEN_TRY(text(entry));
    } else if (entry.key == "mode") {
        plan.mode = DOLMEN_TRY(mode(entry));
    } else if (entry.key == "head") {
        const Ipv4Network subnet = DOLMEN_TRY(head(entry));
        plan.head = subnet.address;
        plan.prefix = subnet.prefix;
    } else if (entry.key == "range") {
        plan.range = DOLMEN_TRY(range(entry));
    } else if (entry.key == "http_port") {
        plan.http_port = DOLMEN_TRY(port(entry));
    } else if (entry.key == "not_served") {
        plan.not_served = DOLMEN_TRY(texts(entry));
    } else if (entry.key == "initrds") {
        plan.initrds = DOLMEN_TRY(texts(entry));
    } else if (entry.key == "arguments") {
        plan.arguments = DOLMEN_TRY(texts(entry));
    } else {
        return entry.bad("unknown key");
    }
    return {};
}

}  // namespace

Result<BootPlan> parse_plan(const std::string& toml) {
    BootPlan plan;
    DOLMEN_TRY(model::for_each_toml_entry(toml, [&](std::string_view key, const toml::node& node) {
        return apply({std::string(key), node}, plan);
    }));
    return plan;
}

}  // namespace dolmen::pxe
