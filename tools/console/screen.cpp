// SPDX-License-Identifier: GPL-2.0-only
#include "console/screen.hpp"

#include "base/display.hpp"
#include "console/next_step.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <cmath>
#include <iterator>
#include <sstream>

namespace dolmen::console {
namespace {

using Lines = std::vector<Line>;
using rpc::LanMode;
using rpc::NodeStatusState;

// Each block begins with its name in a column of its own.
constexpr std::size_t kNameWidth = 10;
// Narrower screens show the left part of it.
constexpr std::size_t kLeastColumns = 60;
constexpr std::uint64_t kWarnPercent = 80;

class Page {
  public:
    explicit Page(Size size) : size_(size) {}

    void add(const std::string& text, Style style = Style::kPlain) {
        lines_.push_back({cut(printable(text), size_.columns), style});
    }
    // The text beside the name of its block; an empty one goes on with the block.
    void add_entry(const std::string& name, const std::string& text, Style style = Style::kPlain) {
        add(fmt::format(" {:<{}}{}", name, kNameWidth - 1, text), style);
    }
    void add_wrapped(const std::string& name, const std::string& text, std::size_t most,
                     Style style = Style::kPlain) {
        std::string shown = name;
        for (const std::string& line : wrap(printable(text), entry_width(), most)) {
            add_entry(shown, line, style);
            shown.clear();
        }
    }
    void add_blank() { lines_.emplace_back(); }

    std::size_t entry_width() const { return size_.columns - kNameWidth; }
    std::size_t size() const { return lines_.size(); }
    const Lines& lines() const { return lines_; }

  private:
    Size size_;
    Lines lines_;
};

const char* mode_words(LanMode mode) {
    switch (mode) {
        case LanMode::kUnknown:
            break;
        case LanMode::kProbing:
            return "looking for other servers";
        case LanMode::kOff:
            return "off: other PCs are served nothing";
        case LanMode::kProxy:
            return "proxy: only boot files from here";
        case LanMode::kFull:
            return "full: addresses and boot files from here";
        case LanMode::kDirect:
            return "direct: the nodes are started by other means";
    }
    return "not known";
}

void add_title(Page& page, const View& view, Size size) {
    const bool told = view.status && !view.status->version.empty();
    const std::string version = told ? view.status->version : view.version;
    const std::string left = fmt::format(" Dolmen {}: many machines, one Linux", version);
    const std::string right = "this PC is the head ";
    const std::size_t used = left.size() + right.size();
    page.add(left + std::string(used < size.columns ? size.columns - used : 1, ' ') + right,
             Style::kTitle);
}

void add_network(Page& page, const View& view) {
    if (!view.status) {
        page.add_wrapped("Network", view.no_status, 3, Style::kWarning);
        return;
    }
    const rpc::LanStatus& lan = view.status->lan;
    std::string text;
    for (const std::string& part : {lan.interface, lan.address})
        if (!part.empty())
            text += part + "  ";
    const bool off = lan.mode == LanMode::kOff;
    page.add_entry("Network", text + mode_words(lan.mode), off ? Style::kWarning : Style::kStrong);
    page.add_wrapped("", lan.reason, 3);
}

std::size_t count(const std::vector<rpc::NodeStatus>& nodes, NodeStatusState state) {
    return static_cast<std::size_t>(std::count_if(
        nodes.begin(), nodes.end(), [&](const auto& node) { return node.state == state; }));
}

std::string node_counts(const std::vector<rpc::NodeStatus>& nodes) {
    if (nodes.empty())
        return "none yet";
    std::string text;
    for (const NodeStatusState state : {NodeStatusState::kUp, NodeStatusState::kJoining,
                                        NodeStatusState::kAway, NodeStatusState::kUnknown})
        if (const std::size_t number = count(nodes, state); number != 0)
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", number, to_text(state));
    return text;
}

// One machine: a line, and what is wrong with it on a line of its own if it is long.
struct Entry {
    std::string text;
    std::string problem;
};

// Lines of the page.
std::vector<std::string> entry_lines(const Entry& entry, std::size_t width) {
    const std::string problem = printable(entry.problem);
    if (problem.empty())
        return {entry.text};
    if (entry.text.size() + 1 + problem.size() <= width)
        return {entry.text + ' ' + problem};
    return {entry.text, "    " + problem};
}

std::size_t lines_of(const std::vector<Entry>& entries, std::size_t width) {
    std::size_t lines = 0;
    for (const Entry& entry : entries)
        lines += entry_lines(entry, width).size();
    return lines;
}

Entry node_entry(const rpc::NodeStatus& node) {
    return {fmt::format("{:<10} {:<15}  {:<8}", cut(printable(node.name), 10),
                        cut(printable(node.address), 15), to_text(node.state)),
            node.problem};
}

Entry machine_entry(const rpc::MachineStatus& machine) {
    const std::string since = fmt::format("{} {} s", to_text(machine.stage), machine.seconds);
    return {fmt::format("{:<17}  {:<15}  {:<13}", cut(printable(machine.mac), 17),
                        cut(printable(machine.address), 15), since),
            machine.problem};
}

// It is lost, and among the nodes already.
bool is_node(const rpc::HeadStatus& status, const rpc::MachineStatus& machine) {
    return machine.stage == rpc::MachineStage::kLost &&
           std::any_of(status.nodes.begin(), status.nodes.end(),
                       [&](const auto& node) { return node.mac == machine.mac; });
}

// The entries that have room in `most` lines, and how many more there are.
void add_list(Page& page, std::string name, const std::vector<Entry>& entries, std::size_t most) {
    const bool all = lines_of(entries, page.entry_width()) <= most;
    std::size_t left = all ? most : std::max<std::size_t>(most, 1) - 1;
    std::size_t shown = 0;
    for (const Entry& entry : entries) {
        const auto lines = entry_lines(entry, page.entry_width());
        if (lines.size() > left)
            break;
        for (const std::string& line : lines) {
            page.add_entry(name, line, entry.problem.empty() ? Style::kPlain : Style::kWarning);
            name.clear();
        }
        left -= lines.size();
        ++shown;
    }
    if (!all)
        page.add_entry(name, fmt::format("and {} more: log in and run \"dolmen nodes\"",
                                         entries.size() - shown));
}

// Nodes and machines on their way, in `room` lines.
void add_machines(Page& page, const rpc::HeadStatus& status, std::size_t room) {
    std::vector<Entry> coming;
    for (const rpc::MachineStatus& machine : status.machines)
        if (!is_node(status, machine))
            coming.push_back(machine_entry(machine));
    std::vector<Entry> nodes;
    for (const rpc::NodeStatus& node : status.nodes)
        nodes.push_back(node_entry(node));
    const std::size_t node_lines = lines_of(nodes, page.entry_width());
    const std::size_t coming_lines = lines_of(coming, page.entry_width());
    // A heading and a blank line for each block; of the rest neither takes all.
    const std::size_t frame = coming.empty() ? 2 : 3;
    const std::size_t left = room > frame ? room - frame : 0;
    const std::size_t besides = left - std::min(left, node_lines);
    const std::size_t coming_room = std::min(coming_lines, std::max(left / 2, besides));
    if (node_lines > left - coming_room)
        std::stable_partition(nodes.begin(), nodes.end(),
                              [](const Entry& entry) { return !entry.problem.empty(); });
    page.add_entry("Nodes", node_counts(status.nodes), Style::kStrong);
    add_list(page, "", nodes, left - coming_room);
    page.add_blank();
    if (!coming.empty()) {
        add_list(page, "Coming", coming, coming_room);
        page.add_blank();
    }
}

void add_memory(Page& page, const rpc::RootSpace& root) {
    if (root.total == 0) {
        page.add_entry("Memory", "not known");
        return;
    }
    const std::uint64_t free = std::min(root.free, root.total);
    // Rounded so that "full" is never said too late.
    const auto used = static_cast<std::uint64_t>(std::lround(
        100.0 * static_cast<double>(root.total - free) / static_cast<double>(root.total)));
    const std::string left = fmt::format("{} of {} left for files ({} % used)", size_text(free),
                                         size_text(root.total), used);
    if (used < kWarnPercent)
        page.add_entry("Memory", left);
    else if (used < 100)
        page.add_entry("Memory", left + ": delete some", Style::kWarning);
    else
        page.add_entry("Memory", left + ": FULL, delete files", Style::kWarning);
}

void add_login(Page& page, const std::optional<Login>& login) {
    if (!login) {
        page.add_entry("Login", "press Alt+F2 for a login prompt, Alt+F1 to come back here");
        return;
    }
    page.add_entry("Login", fmt::format("{}   password  {}", login->user, login->password),
                   Style::kStrong);
    page.add_entry("", "press Alt+F2 for a login prompt, Alt+F1 to come back here");
}

Page bottom(const View& view, Size size) {
    Page page(size);
    add_memory(page, view.root);
    add_login(page, view.login);
    page.add_entry("Beware",
                   "every machine that asks becomes a node and can change all files here");
    page.add_blank();
    if (!view.note.empty())
        page.add_wrapped("", view.note, 2, Style::kWarning);
    std::string name = "Next";
    for (const std::string& step : next_steps(view)) {
        page.add_wrapped(name, step, 3, Style::kStrong);
        name.clear();
    }
    return page;
}

}  // namespace

std::vector<std::string> wrap(const std::string& text, std::size_t width, std::size_t most) {
    constexpr std::string_view kMore = " ...";
    std::vector<std::string> lines;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        const bool fits = !lines.empty() && lines.back().size() + 1 + word.size() <= width;
        if (fits)
            lines.back() += ' ' + word;
        else if (lines.size() < most)
            lines.push_back(cut(word, width));
        else {
            lines.back().resize(std::min(lines.back().size(), width - kMore.size()));
            lines.back() += kMore;
            break;
        }
    }
    return lines;
}

std::vector<Line> render(const View& view, Size size) {
    size.columns = std::max(size.columns, kLeastColumns);
    Page page(size);
    add_title(page, view, size);
    page.add_blank();
    add_network(page, view);
    page.add_blank();
    const Page below = bottom(view, size);
    const std::size_t used = page.size() + below.size();
    const std::size_t room = size.rows > used ? size.rows - used : 0;
    if (view.status)
        add_machines(page, *view.status, room);
    // The lower part stays where it is, whatever comes and goes above.
    while (page.size() + below.size() < size.rows)
        page.add_blank();
    Lines lines = page.lines();
    std::copy(below.lines().begin(), below.lines().end(), std::back_inserter(lines));
    lines.resize(size.rows);
    return lines;
}

}  // namespace dolmen::console
