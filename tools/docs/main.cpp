// SPDX-License-Identifier: GPL-2.0-only
// dolmen-docs write-limits|check-limits|check-references REPOSITORY
#include "base/file.hpp"
#include "docs/limits.hpp"
#include "docs/references.hpp"

#include <fmt/core.h>
#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace {

using namespace dolmen;
using namespace dolmen::docs;
namespace fs = std::filesystem;

constexpr const char* kLimits = "/docs/limits.md";
constexpr const char* kArchitecture = "/docs/architecture.md";
constexpr const char* kProcess = "/ssi-modules/process/";
// What a document may mean by a path that does not start at the top.
constexpr const char* kFolders[] = {"", "ssi-modules/", "ssi-modules/include/ssi/", "tools/",
                                    "qa-vm/"};

Result<std::string> fresh_limits(const std::string& repository, const std::string& document) {
    const std::string process = repository + kProcess;
    const std::string table = DOLMEN_TRY(read_file(process + "syscall_table.c"));
    const std::string decide = DOLMEN_TRY(read_file(process + "syscall_decide.c"));
    const auto sections = DOLMEN_TRY(parse_call_table(table));
    const auto decisions = DOLMEN_TRY(parse_decisions(decide));
    const std::string text = DOLMEN_TRY(limits_text(sections, decisions));
    return put_between_markers(document, text);
}

Result<> limits(const std::string& repository, bool write) {
    const std::string old = DOLMEN_TRY(read_file(repository + kLimits));
    const std::string fresh = DOLMEN_TRY(fresh_limits(repository, old));
    if (fresh == old)
        return {};
    if (write)
        return write_file_atomically(repository + kLimits, fresh);
    return fail(Error::text("docs/limits.md is not what the module's table says")
                    .hint("cmake --build build --target limits, then read the difference"));
}

// Functions of user land that documents speak of.
constexpr const char* kOthers[] = {"sched_getcpu"};

bool is_source(const fs::path& path) {
    const std::string extension = path.extension();
    return extension == ".c" || extension == ".h" || extension == ".cpp" || extension == ".hpp" ||
           extension == ".patch";
}

Result<std::set<std::string>> words_of_sources(const std::string& repository) {
    std::set<std::string> words;
    for (const char* folder : {"ssi-modules", "tools", "pxe", "qa-vm", "kernel/patches"})
        for (const auto& entry : fs::recursive_directory_iterator(repository + "/" + folder))
            if (entry.is_regular_file() && is_source(entry.path())) {
                const std::string text = DOLMEN_TRY(read_file(entry.path()));
                add_words(text, words);
            }
    return words;
}

bool is_there(const std::string& repository, const std::string& file) {
    for (const char* folder : kFolders)
        if (fs::exists(repository + "/" + folder + file))
            return true;
    return false;
}

bool is_known(const std::set<std::string>& words, const std::string& function) {
    return words.contains(function) ||
           std::find(std::begin(kOthers), std::end(kOthers), function) != std::end(kOthers);
}

Result<> references(const std::string& repository) {
    const auto words = DOLMEN_TRY(words_of_sources(repository));
    unsigned wrong = 0;
    const auto complain = [&](const std::string& document, const std::string& what) {
        fmt::print("{}: {}\n", document, what);
        ++wrong;
    };
    std::vector<fs::path> documents = {repository + "/README.md"};
    for (const auto& entry : fs::recursive_directory_iterator(repository + "/docs"))
        // plans name what is not there yet
        if (entry.path().extension() == ".md" && entry.path().parent_path().filename() != "plans")
            documents.push_back(entry.path());
    for (const fs::path& document : documents) {
        const std::string text = DOLMEN_TRY(read_file(document));
        const References found = find_references(text);
        for (const std::string& file : found.files)
            if (!is_there(repository, file))
                complain(document, "no such file: " + file);
        for (const std::string& function : found.functions)
            if (!is_known(words, function))
                complain(document, "no such function: " + function + "()");
    }
    const std::string architecture = DOLMEN_TRY(read_file(repository + kArchitecture));
    std::set<std::string> named;
    add_words(architecture, named);
    const std::string wire = DOLMEN_TRY(read_file(repository + "/ssi-modules/include/ssi/wire.h"));
    for (const std::string& message : message_names(wire))
        if (!named.contains(message))
            complain(repository + kArchitecture, "the message " + message + " is missing");
    if (wrong != 0)
        return fail_text(fmt::format("{} names in the documents are old", wrong));
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    const std::string verb = argc == 3 ? argv[1] : "";
    Result<> done;
    if (verb == "write-limits") {
        done = limits(argv[2], true);
    } else if (verb == "check-limits") {
        done = limits(argv[2], false);
    } else if (verb == "check-references") {
        done = references(argv[2]);
    } else {
        fmt::print(stderr,
                   "usage: dolmen-docs write-limits|check-limits|check-references REPOSITORY\n");
        return 2;
    }
    if (done)
        return 0;
    fmt::print(stderr, "dolmen-docs: {}\n", done.error().to_string());
    return 1;
}
