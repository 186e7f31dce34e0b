// SPDX-License-Identifier: GPL-2.0-only
// Golden files: with DOLMEN_RENEW_GOLDEN set in the environment they are written
// instead of compared (pxe/README.md).
#include "pxe/lib/render.hpp"

#include "base/file.hpp"
#include "base/process.hpp"
#include "base/scope_exit.hpp"
#include "pxe/lib/plan_file.hpp"
#include "pxe/tests/plans.hpp"

#include <doctest/doctest.h>
#include <unistd.h>
#include <cstdlib>
#include <filesystem>

using namespace dolmen;
using namespace dolmen::pxe;
using namespace std::chrono_literals;

namespace {

const std::string kTests = PXE_TESTS;

// tests/golden/PLAN.NAME for each file of tests/plans/PLAN.toml.
std::string golden_path(const std::string& plan, const std::string& path) {
    const std::string file = std::filesystem::path(path).filename();
    return kTests + "/golden/" + plan + "." + (file == "default" ? "pxelinux" : file);
}

Files rendered(const std::string& name) {
    const auto toml = read_file(kTests + "/plans/" + name + ".toml");
    REQUIRE(toml);
    const auto plan = parse_plan(*toml);
    REQUIRE(plan);
    const auto files = render(*plan);
    REQUIRE(files);
    return *files;
}

}  // namespace

TEST_CASE("the files of the plans in tests/plans are the golden ones") {
    for (const char* plan : {"full", "proxy"}) {
        const Files files = rendered(plan);
        CHECK(files.size() == 4);
        for (const auto& [path, content] : files) {
            const std::string golden = golden_path(plan, path);
            if (std::getenv("DOLMEN_RENEW_GOLDEN") != nullptr)
                REQUIRE(write_file_atomically(golden, content));
            CHECK_MESSAGE(read_file(golden).value_or("") == content, golden);
        }
    }
}

TEST_CASE("a wrong plan renders nothing, one that is off no file") {
    BootPlan plan = full_plan();
    plan.build = "b 1";
    CHECK(render(plan).error().code() == EINVAL);
    CHECK(render(BootPlan{})->empty());
}

TEST_CASE("the pointer tells which build it boots") {
    BootPlan plan = full_plan();
    plan.build = "0.2.0~rc1+deb12";
    plan.http_port = 8080;
    CHECK(build_of_pxelinux_config(pxelinux_config(plan)) == plan.build);
    CHECK(render(plan)->contains(pointer_path(plan)));
    CHECK(current_file(plan).find("\nbuild=" + plan.build + "\n") != std::string::npos);
    CHECK(render(plan)->contains(current_path(plan)));
    CHECK_FALSE(build_of_pxelinux_config(""));
    CHECK_FALSE(build_of_pxelinux_config("DEFAULT local\n"));
    CHECK_FALSE(build_of_pxelinux_config("LABEL x\n    LINUX http://10.77.0.1/boot/../vmlinuz\n"));
    CHECK_FALSE(build_of_pxelinux_config("LABEL x\n    LINUX http://10.77.0.1"));
}

TEST_CASE("dolmen-pxe writes the same files, and says nothing") {
    char directory[] = "/tmp/dolmen-pxe-test.XXXXXX";
    REQUIRE(::mkdtemp(directory) != nullptr);
    const std::string out = directory;
    const ScopeExit clean([&] { std::filesystem::remove_all(out); });
    const std::string plan = kTests + "/plans/full.toml";
    const auto done = run_command({PXE_PROGRAM, "render", "--plan", plan, "--out", out}, 30s);
    REQUIRE(done);
    CHECK(done->status.code == 0);
    CHECK(done->output.empty());
    const Files files = rendered("full");
    for (const auto& [path, content] : files)
        CHECK_MESSAGE(read_file(out + path).value_or("") == content, path);
}

TEST_CASE("dolmen-pxe tells what is wrong") {
    const auto missing =
        run_command({PXE_PROGRAM, "render", "--plan", "/nonexistent", "--out", "/tmp"}, 30s);
    REQUIRE(missing);
    CHECK(missing->status.code == 1);
    CHECK(missing->output.starts_with("dolmen-pxe: open /nonexistent: "));
    const auto usage = run_command({PXE_PROGRAM, "render"}, 30s);
    REQUIRE(usage);
    CHECK(usage->status.code == 2);
}
