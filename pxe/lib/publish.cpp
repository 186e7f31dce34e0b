// SPDX-License-Identifier: GPL-2.0-only
#include "pxe/lib/publish.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "base/scope_exit.hpp"
#include "pxe/lib/boot_files.hpp"
#include "pxe/lib/firmware.hpp"
#include "pxe/lib/render.hpp"

#include <fmt/core.h>
#include <filesystem>

namespace dolmen::pxe {
namespace {

namespace fs = std::filesystem;

// The builds that are there before anything is changed.
struct Builds {
    std::string current;   // what the pointer says; empty: none
    std::string previous;  // what it said before that
};

std::string builds_directory(const BootPlan& plan) {
    return plan.boot_directory + "/boot";
}

// No name of a build: those do not begin with a dot.
std::string previous_path(const BootPlan& plan) {
    return builds_directory(plan) + "/.previous";
}

Builds find_builds(const BootPlan& plan) {
    Builds builds;
    if (const auto pointer = read_file(pointer_path(plan)))
        builds.current = build_of_pxelinux_config(*pointer).value_or("");
    if (const auto previous = read_file(previous_path(plan)))
        builds.previous = previous->substr(0, previous->find('\n'));
    return builds;
}

Result<std::string> source_of(const Sources& sources, const std::string& name) {
    const auto found = sources.find(name);
    if (found == sources.end())
        return fail_errno("no source is given for " + name, ENOENT);
    DOLMEN_TRY(check_source(found->second));
    return found->second;
}

// All sources, so that a missing one is found before anything is changed: path below
// boot_directory -> source.
Result<Sources> collect_sources(const BootPlan& plan, const BootSources& sources) {
    Sources found;
    for (const LoaderFile& loader : kLoaderFiles)
        found["/" + std::string(loader.name)] = DOLMEN_TRY(source_of(sources.loaders, loader.name));
    const std::string directory = build_path(plan.build) + "/";
    found[directory + plan.kernel] = DOLMEN_TRY(source_of(sources.files, plan.kernel));
    for (const std::string& initrd : plan.initrds)
        found[directory + initrd] = DOLMEN_TRY(source_of(sources.files, initrd));
    return found;
}

// Loaders are replaced, files of a build never: machines may be loading them.
Result<> place(const BootPlan& plan, const std::string& path, const std::string& source) {
    const std::string target = plan.boot_directory + path;
    const bool of_build = path.starts_with(build_path(plan.build) + "/");
    std::error_code ignored;
    if (of_build && fs::exists(target, ignored) && !DOLMEN_TRY(same_content(source, target)))
        return fail(Error::system(fmt::format("{} is another file than {}", target, source), EEXIST)
                        .hint("each build needs an id of its own"));
    return place_file(source, target);
}

Result<> place_all(const BootPlan& plan, const Sources& sources) {
    const std::string build = plan.boot_directory + build_path(plan.build);
    std::error_code ignored;
    const bool fresh = !fs::exists(build, ignored);
    // What is half there only takes room.
    ScopeExit remove([&] {
        if (fresh)
            fs::remove_all(build, ignored);
    });
    DOLMEN_TRY(make_directories(build));
    for (const auto& [path, source] : sources)
        DOLMEN_TRY(place(plan, path, source));
    DOLMEN_TRY(sync_directory(builds_directory(plan)));
    remove.dismiss();
    return {};
}

Result<> write_file(const std::string& path, const std::string& content) {
    DOLMEN_TRY(make_directories(fs::path(path).parent_path()));
    return write_file_atomically(path, content);
}

Result<> write_files(const BootPlan& plan, const Files& files, const std::string& previous) {
    const std::string current = current_path(plan);
    const std::string pointer = pointer_path(plan);
    for (const auto& [path, content] : files)
        if (path != current && path != pointer)
            DOLMEN_TRY(write_file(path, content));
    DOLMEN_TRY(write_file(previous_path(plan), previous + "\n"));
    // What is likely to fail has been done: both switch now.
    DOLMEN_TRY(write_file(current, files.at(current)));
    return write_file(pointer, files.at(pointer));
}

Result<> publish_plan(const BootPlan& plan, const BootSources& sources,
                      const std::set<std::string>& in_use) {
    const Files files = DOLMEN_TRY(render(plan));
    const Sources found = DOLMEN_TRY(collect_sources(plan, sources));
    const Builds old = find_builds(plan);
    // Before as well: what nobody needs must not be why the disk is full.
    std::set<std::string> keep = in_use;
    keep.insert({plan.build, old.current, old.previous});
    DOLMEN_TRY(remove_builds(builds_directory(plan), keep));
    DOLMEN_TRY(place_all(plan, found));
    // The same build again has the same build before it.
    const bool same = old.current == plan.build || old.current.empty();
    const std::string previous = same ? old.previous : old.current;
    DOLMEN_TRY(write_files(plan, files, previous));
    keep = in_use;
    keep.insert({plan.build, previous});
    // The new build is in effect; the next call tries again.
    if (auto removed = remove_builds(builds_directory(plan), keep); !removed)
        log::warning("old boot files stay: {}", removed.error().to_string());
    return {};
}

}  // namespace

Sources debian_loaders() {
    Sources loaders;
    for (const LoaderFile& loader : kLoaderFiles)
        loaders[loader.name] = loader.source;
    return loaders;
}

Result<> publish(const BootPlan& plan, const BootSources& sources,
                 const std::set<std::string>& in_use) {
    if (plan.mode == DhcpMode::kOff)
        return {};
    auto published = publish_plan(plan, sources, in_use);
    if (published)
        return {};
    Error error = std::move(published.error()).context("publish the boot files");
    if (error.code() == ENOSPC)
        error = std::move(error).hint("make room there; until then machines boot the old build");
    return fail(std::move(error));
}

}  // namespace dolmen::pxe
