// SPDX-License-Identifier: GPL-2.0-only
#include "lib/screen.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <base/file.hpp>
#include <base/scope_exit.hpp>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "lib/remote_command.hpp"

namespace dolmen::qa {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kRows = 25;
constexpr std::size_t kPictureLimit = 64U << 20U;
constexpr std::chrono::milliseconds kLookLimit{15000};

// VGA in text mode.
constexpr unsigned kTextMemory = 0xb8000;
constexpr unsigned kTextMemoryBytes = 0x8000;
constexpr unsigned kIndexPort = 0x3d4;
constexpr unsigned kDataPort = 0x3d5;
constexpr unsigned kStartHigh = 0x0c;
constexpr unsigned kStartLow = 0x0d;

// The upper half of code page 437, the characters of the card's own font.
constexpr std::u32string_view kUpperHalf =
    U"ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧"
    U"╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ";
static_assert(kUpperHalf.size() == 128);

void append_utf8(std::string& text, char32_t c) {
    const auto low = [c](unsigned shift) {
        return static_cast<char>(0x80 | ((c >> shift) & 0x3f));
    };
    if (c < 0x80) {
        text += c < ' ' ? ' ' : static_cast<char>(c);
    } else if (c < 0x800) {
        text += static_cast<char>(0xc0 | (c >> 6));
        text += low(0);
    } else if (c < 0x10000) {
        text += static_cast<char>(0xe0 | (c >> 12));
        text += low(6);
        text += low(0);
    } else {
        text += static_cast<char>(0xf0 | ((c >> 18) & 7));
        text += low(12);
        text += low(6);
        text += low(0);
    }
}

// Without blanks at the ends of lines, and without empty lines at the end.
std::string to_lines(const std::vector<char32_t>& cells, std::size_t columns) {
    std::string text;
    std::size_t end_of_text = 0;
    for (std::size_t start = 0; start + columns <= cells.size(); start += columns) {
        std::size_t length = columns;
        while (length > 0 && cells[start + length - 1] <= U' ') {
            --length;
        }
        for (std::size_t i = 0; i < length; ++i) {
            append_utf8(text, cells[start + i]);
        }
        text += '\n';
        end_of_text = length > 0 ? text.size() : end_of_text;
    }
    return text.substr(0, end_of_text);
}

// "P6\n720 400\n..."
std::string picture_size(const std::string& file) {
    const Result<std::string> picture = read_file(file, kPictureLimit);
    if (!picture || !picture->starts_with("P6\n")) {
        return "";
    }
    return picture->substr(3, picture->find('\n', 3) - 3);
}

// "portb[0x03d5] = 0x07"
Result<unsigned> read_port(Qmp& qmp, unsigned port) {
    const std::string answer = DOLMEN_TRY(qmp.monitor(fmt::format("i /b {:#x}", port)));
    const std::size_t equals = answer.find("= ");
    if (equals == std::string::npos) {
        return fail_text("QEMU's monitor: " + answer);
    }
    return static_cast<unsigned>(std::strtoul(answer.c_str() + equals + 2, nullptr, 16));
}

Result<> write_port(Qmp& qmp, unsigned port, unsigned value) {
    DOLMEN_TRY(qmp.monitor(fmt::format("o /b {:#x} {:#x}", port, value)));
    return {};
}

// Linux scrolls by showing a later part of the memory.
Result<unsigned> first_shown_byte(Qmp& qmp) {
    const unsigned index = DOLMEN_TRY(read_port(qmp, kIndexPort));
    DOLMEN_TRY(write_port(qmp, kIndexPort, kStartHigh));
    const unsigned high = DOLMEN_TRY(read_port(qmp, kDataPort));
    DOLMEN_TRY(write_port(qmp, kIndexPort, kStartLow));
    const unsigned low = DOLMEN_TRY(read_port(qmp, kDataPort));
    DOLMEN_TRY(write_port(qmp, kIndexPort, index));
    return (high << 8U | low) * 2 % kTextMemoryBytes;
}

Result<std::string> output_of(const ControlClient& cluster, const std::string& machine,
                              const std::string& file) {
    Request request;
    request.argv = {"cat", file};
    const RemoteResult result = DOLMEN_TRY(run_remote(cluster, machine, request, kLookLimit));
    return result.outcome.shell_status() == 0 ? Result<std::string>(result.output)
                                              : fail_text(file + ": " + result.error);
}

}  // namespace

Result<std::string> screen_from_console(std::string_view vcsa, std::string_view vcsu) {
    if (vcsa.size() < 4) {
        return fail_text("the screen of the console cannot be read");
    }
    const auto columns = static_cast<std::size_t>(static_cast<unsigned char>(vcsa[1]));
    std::vector<char32_t> cells;
    for (std::size_t at = 0; at + 4 <= vcsu.size(); at += 4) {
        char32_t cell = 0;
        for (std::size_t byte = 4; byte-- > 0;) {
            cell = cell << 8 | static_cast<unsigned char>(vcsu[at + byte]);
        }
        cells.push_back(cell);
    }
    return columns == 0 ? fail_text("the console has no columns")
                        : Result<std::string>(to_lines(cells, columns));
}

Result<std::string> screen_from_text_memory(std::string_view words) {
    std::vector<char32_t> cells;
    // "00000000000b8000: 0x07200741 0x07200720 ..."
    while (!words.empty()) {
        const std::size_t end = words.find('\n');
        const std::string line(words.substr(0, end));
        words.remove_prefix(end == std::string_view::npos ? words.size() : end + 1);
        std::size_t at = line.find(": ");
        while (at != std::string::npos && (at = line.find("0x", at)) != std::string::npos) {
            const unsigned long word = std::strtoul(line.c_str() + at, nullptr, 16);
            at += 2;
            for (const unsigned shift : {0U, 16U}) {
                const auto byte = static_cast<unsigned char>(word >> shift);
                cells.push_back(byte < 0x80 ? byte : kUpperHalf[byte - 0x80U]);
            }
        }
    }
    if (cells.size() < kColumns * kRows) {
        return fail_text(fmt::format("text memory with {} characters", cells.size()));
    }
    cells.resize(kColumns * kRows);
    return to_lines(cells, kColumns);
}

Result<std::string> key_arguments(const std::string& key) {
    nlohmann::json keys = nlohmann::json::array();
    std::size_t start = 0;
    while (start <= key.size()) {
        const std::size_t end = std::min(key.find('-', start), key.size());
        std::string name = key.substr(start, end - start);
        start = end + 1;
        if (name.empty()) {
            return fail_text("not a key: \"" + key + "\"");
        }
        name = name == "enter" ? "ret" : name == "space" ? "spc" : name == "escape" ? "esc" : name;
        keys.push_back({{"type", "qcode"}, {"data", name}});
    }
    return nlohmann::json{{"keys", keys}}.dump();
}

Result<std::string> read_text_screen(Qmp& qmp, const std::string& prefix, bool stopped) {
    const std::string picture = prefix + ".screen";
    const ScopeExit remove_picture([&] { ::unlink(picture.c_str()); });
    DOLMEN_TRY(qmp.execute("screendump", nlohmann::json{{"filename", picture}}.dump()));
    const std::string size = picture_size(picture);
    // 80 x 25 characters of 9 or 8 x 16 dots.
    if (size != "720 400" && size != "640 400") {
        return fail_text("the screen is in a graphics mode (" + size +
                         "), \"--picture FILE\" shows it");
    }
    // Nobody else may use the index between a write to it and the read that follows.
    if (!stopped) {
        DOLMEN_TRY(qmp.execute("stop"));
    }
    const ScopeExit go_on([&] {
        if (!stopped) {
            static_cast<void>(qmp.execute("cont"));
        }
    });
    const unsigned start = DOLMEN_TRY(first_shown_byte(qmp));
    const std::size_t words = kColumns * kRows / 2;
    const std::size_t to_end = std::min<std::size_t>(words, (kTextMemoryBytes - start) / 4);
    std::string text =
        DOLMEN_TRY(qmp.monitor(fmt::format("xp /{}wx {:#x}", to_end, kTextMemory + start)));
    if (to_end < words) {
        text += "\n" +
                DOLMEN_TRY(qmp.monitor(fmt::format("xp /{}wx {:#x}", words - to_end, kTextMemory)));
    }
    return screen_from_text_memory(text);
}

Result<std::string> read_screen(const ControlClient& cluster, const std::string& machine) {
    if (DOLMEN_TRY(cluster.machine(machine)).state == "ready") {
        // Of the console that is in the foreground.
        const Result<std::string> size = output_of(cluster, machine, "/dev/vcsa");
        const Result<std::string> characters = output_of(cluster, machine, "/dev/vcsu");
        if (size && characters) {
            return screen_from_console(*size, *characters);
        }
    }
    return cluster.screen(machine);
}

}  // namespace dolmen::qa
