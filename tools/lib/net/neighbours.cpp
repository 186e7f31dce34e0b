// SPDX-License-Identifier: GPL-2.0-only
#include "net/neighbours.hpp"

#include "base/ipv4.hpp"
#include "net/mac.hpp"

#include <sstream>

namespace dolmen::net {

// Columns: address, type, flags, MAC, mask, interface; the first line are titles.
std::map<std::string, std::string> parse_neighbours(const std::string& table) {
    std::map<std::string, std::string> neighbours;
    std::istringstream lines(table);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string address;
        std::string type;
        std::string flags;
        std::string text;
        words >> address >> type >> flags >> text;
        const auto mac = parse_mac(text);
        if (words && flags != "0x0" && Ipv4::parse(address) && mac && *mac != Mac{})
            neighbours[address] = to_string(*mac);
    }
    return neighbours;
}

}  // namespace dolmen::net
