// SPDX-License-Identifier: GPL-2.0-only
#include "noded/machine.hpp"

#include "base/file.hpp"

#include <unistd.h>
#include <set>

namespace dolmen::node {
namespace {

constexpr const char* kFirmwareUuid = "/sys/class/dmi/id/product_uuid";
constexpr const char* kRandomUuid = "/proc/sys/kernel/random/uuid";

Result<std::string> read_word(const std::string& path) {
    std::string text = DOLMEN_TRY(read_file(path));
    text.erase(std::min(text.find_first_of(" \t\r\n"), text.size()));
    return text;
}

Result<std::string> random_id(const std::string& run_directory) {
    const std::string path = run_directory + "/machine";
    if (auto kept = read_word(path); kept && !kept->empty())
        return kept;
    std::string fresh = DOLMEN_TRY(read_word(kRandomUuid));
    DOLMEN_TRY(write_file_atomically(path, fresh + "\n"));
    return fresh;
}

}  // namespace

bool is_real_uuid(const std::string& uuid) {
    std::set<char> digits;
    for (const char digit : uuid) {
        const bool hexadecimal = (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f') ||
                                 (digit >= 'A' && digit <= 'F');
        if (hexadecimal)
            digits.insert(digit);
        else if (digit != '-')
            return false;
    }
    // All the same digit: "not set".
    return uuid.size() == 36 && digits.size() > 1 && uuid != "03000200-0400-0500-0006-000700080009";
}

Result<Machine> read_machine(const std::string& run_directory) {
    Machine machine;
    const auto firmware = read_word(kFirmwareUuid);
    machine.id =
        firmware && is_real_uuid(*firmware) ? *firmware : DOLMEN_TRY(random_id(run_directory));
    machine.cpus = static_cast<std::uint32_t>(::sysconf(_SC_NPROCESSORS_ONLN));
    machine.memory = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                     static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    return machine;
}

}  // namespace dolmen::node
