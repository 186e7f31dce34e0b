// SPDX-License-Identifier: GPL-2.0-only
#include "lib/source_package.hpp"

#include <fmt/core.h>

#include <base/file.hpp>
#include <base/process.hpp>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>

namespace dolmen::qa {
namespace {

constexpr std::chrono::milliseconds kAptLimit{180000};

std::string cache_root() {
    const char* cache = std::getenv("XDG_CACHE_HOME");
    if (cache != nullptr && *cache != '\0') {
        return std::string(cache) + "/dolmen/sources";
    }
    const char* home = std::getenv("HOME");
    return std::string(home == nullptr ? "/root" : home) + "/.cache/dolmen/sources";
}

std::string find_archive(const std::string& directory) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
        const std::string name = entry.path().filename();
        if (name.find(".orig.tar.") != std::string::npos && !name.ends_with(".asc")) {
            return entry.path();
        }
    }
    return "";
}

Result<std::string> run(const std::vector<std::string>& command) {
    const CommandOutput result = DOLMEN_TRY(run_command(command, kAptLimit));
    if (!result.status.success()) {
        return fail_text(command[0] + ": " + result.status.to_string() + ": " + result.output);
    }
    return result.output;
}

// apt with everything it reads and writes below `root`, but for keys and transport.
std::vector<std::string> private_apt(const std::string& root,
                                     const std::vector<std::string>& arguments) {
    std::vector<std::string> command{"env", "-C", root, "apt-get", "-qq"};
    for (const std::string& option :
         {std::string("Dir::Etc::sourcelist=") + root + "/sources.list",
          std::string("Dir::Etc::sourceparts=/dev/null"), "Dir::State::lists=" + root + "/lists",
          "Dir::Cache=" + root + "/cache", std::string("APT::Sandbox::User=root"),
          std::string("Acquire::Languages=none")}) {
        command.push_back("-o");
        command.push_back(option);
    }
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
}

}  // namespace

const char* const kIndexFormat = "$(ORIGIN) $(CODENAME) $(REPO_URI) $(RELEASE) $(COMPONENT)";

std::string source_lines(const std::string& index_targets, const std::string& codename) {
    std::istringstream targets(index_targets);
    std::set<std::string> lines;
    for (std::string target; std::getline(targets, target);) {
        std::istringstream words(target);
        std::string origin, suite, uri, release, component;
        words >> origin >> suite >> uri >> release >> component;
        if (origin != "Debian" || suite.rfind(codename, 0) != 0 || component.empty()) {
            continue;
        }
        lines.insert(fmt::format("deb-src {} {} {}\n", uri, release, component));
    }
    std::string text;
    for (const std::string& line : lines) {
        text += line;
    }
    return text;
}

Result<std::string> fetch_source(const std::string& package, const std::string& codename) {
    const std::string root = cache_root() + "/" + package;
    if (const std::string known = find_archive(root); !known.empty()) {
        return known;
    }
    for (const char* directory : {"/lists/partial", "/cache/archives/partial"}) {
        DOLMEN_TRY(make_directories(root + directory));
    }
    const std::string targets = DOLMEN_TRY(
        run({"apt-get", "indextargets", "--format", kIndexFormat, "Identifier: Packages"}));
    DOLMEN_TRY(write_file_atomically(root + "/sources.list", source_lines(targets, codename)));
    DOLMEN_TRY(run(private_apt(root, {"update"})));
    DOLMEN_TRY(run(private_apt(root, {"source", "--download-only", package})));
    std::error_code ignored;
    std::filesystem::remove_all(root + "/lists", ignored);
    std::filesystem::remove_all(root + "/cache", ignored);
    const std::string archive = find_archive(root);
    if (archive.empty()) {
        return fail_text("source package " + package + " has no upstream archive");
    }
    return archive;
}

}  // namespace dolmen::qa
