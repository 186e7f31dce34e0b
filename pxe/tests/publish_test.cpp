// SPDX-License-Identifier: GPL-2.0-only
#include "pxe/lib/publish.hpp"

#include "base/file.hpp"
#include "base/scope_exit.hpp"
#include "pxe/lib/boot_files.hpp"
#include "pxe/lib/render.hpp"
#include "pxe/tests/plans.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <csignal>
#include <cstdlib>
#include <filesystem>

using namespace dolmen;
using namespace dolmen::pxe;

namespace {

namespace fs = std::filesystem;

// A head's disk: sources below in/, what is served below srv/ and var/. The latter
// sorts behind the former, so that the pointer comes last on purpose only.
class Disk {
  public:
    Disk() {
        char directory[] = "/tmp/dolmen-publish-test.XXXXXX";
        REQUIRE(::mkdtemp(directory) != nullptr);
        root_ = directory;
        for (const auto& [name, debian] : debian_loaders())
            sources.loaders[name] = put(name, "loader " + name);
        sources.files["vmlinuz"] = put("vmlinuz", "kernel 1");
        sources.files["node.img"] = put("node.img", "initrd 1");
        plan = full_plan();
        plan.boot_directory = root_ + "/srv";
        plan.run_directory = root_ + "/var";
    }
    ~Disk() { fs::remove_all(root_); }
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;

    // As a package does it: the old file is replaced, not written into.
    std::string put(const std::string& name, const std::string& content) {
        const std::string path = root_ + "/in/" + name;
        REQUIRE(make_directories(root_ + "/in"));
        REQUIRE(write_file_atomically(path, content));
        return path;
    }
    // Another build with other files.
    void renew(const std::string& build) {
        plan.build = build;
        put("vmlinuz", "kernel of " + build);
        put("node.img", "initrd of " + build);
    }
    Result<> publish(const std::set<std::string>& in_use = {}) {
        return pxe::publish(plan, sources, in_use);
    }
    std::string served(const std::string& path) const {
        return read_file(plan.boot_directory + path).value_or("(nothing)");
    }
    std::string pointed_to() const {
        const std::string build =
            build_of_pxelinux_config(served("/pxelinux.cfg/default")).value_or("(nothing)");
        // Both pointers say the same, always.
        CHECK(served("/boot/current").find("\nbuild=" + build + "\n") != std::string::npos);
        return build;
    }
    // Names in a directory, hidden ones too but for ".previous" and "current".
    std::set<std::string> names(const std::string& path) const {
        std::set<std::string> found;
        for (const auto& entry : fs::directory_iterator(plan.boot_directory + path))
            found.insert(entry.path().filename());
        found.erase(".previous");
        found.erase("current");
        return found;
    }

    BootPlan plan;
    BootSources sources;

  private:
    std::string root_;
};

using Names = std::set<std::string>;

}  // namespace

TEST_CASE("all that a machine needs is there, readable for everybody") {
    Disk disk;
    REQUIRE(disk.publish());
    CHECK(disk.pointed_to() == "b1");
    CHECK(disk.served("/boot/b1/vmlinuz") == "kernel 1");
    CHECK(disk.served("/boot/b1/node.img") == "initrd 1");
    CHECK(disk.served("/lpxelinux.0") == "loader lpxelinux.0");
    CHECK(disk.names("") == Names{"boot", "ldlinux.c32", "libutil.c32", "lpxelinux.0", "menu.c32",
                                  "pxelinux.0", "pxelinux.cfg"});
    const auto files = render(disk.plan);
    REQUIRE(files);
    for (const auto& [path, content] : *files)
        CHECK(read_file(path).value_or("") == content);
    // On one file system it takes no room.
    CHECK(fs::equivalent(disk.sources.files["vmlinuz"],
                         disk.plan.boot_directory + "/boot/b1/vmlinuz"));
}

TEST_CASE("what not everybody may read is copied") {
    Disk disk;
    const std::string kernel = disk.sources.files["vmlinuz"];
    REQUIRE(::chmod(kernel.c_str(), 0600) == 0);
    REQUIRE(disk.publish());
    const std::string served = disk.plan.boot_directory + "/boot/b1/vmlinuz";
    struct stat found {};
    REQUIRE(::stat(served.c_str(), &found) == 0);
    CHECK((found.st_mode & 07777U) == 0644);
    CHECK_FALSE(fs::equivalent(kernel, served));
    CHECK(disk.served("/boot/b1/vmlinuz") == "kernel 1");
}

TEST_CASE("a source may be a symbolic link") {
    Disk disk;
    const std::string kernel = disk.sources.files["vmlinuz"];
    fs::create_symlink(kernel, kernel + ".link");
    disk.sources.files["vmlinuz"] = kernel + ".link";
    REQUIRE(disk.publish());
    CHECK_FALSE(fs::is_symlink(disk.plan.boot_directory + "/boot/b1/vmlinuz"));
    CHECK(disk.served("/boot/b1/vmlinuz") == "kernel 1");
}

TEST_CASE("the same again, from newer copies of the same files, is no new build") {
    Disk disk;
    REQUIRE(disk.publish());
    disk.put("vmlinuz", "kernel 1");
    disk.plan.range.last = Ipv4{disk.plan.range.last.bits - 1};
    REQUIRE(disk.publish());
    CHECK(disk.names("/boot") == Names{"b1"});
    CHECK(read_file(disk.plan.run_directory + "/dnsmasq.conf").value().find(",10.77.0.249,") !=
          std::string::npos);
}

TEST_CASE("the build before stays, and those in use; others go") {
    Disk disk;
    for (const char* build : {"b1", "b2", "b3", "b4"}) {
        disk.renew(build);
        REQUIRE(disk.publish({"b1"}));
        CHECK(disk.pointed_to() == build);
    }
    CHECK(disk.names("/boot") == Names{"b1", "b3", "b4"});
    CHECK(disk.served("/boot/b1/vmlinuz") == "kernel of b1");
    // The same build again has the same build before it.
    REQUIRE(disk.publish({"b1"}));
    REQUIRE(disk.publish());
    CHECK(disk.names("/boot") == Names{"b3", "b4"});
    // And back.
    disk.renew("b3");
    REQUIRE(disk.publish());
    CHECK(disk.names("/boot") == Names{"b3", "b4"});
    CHECK(disk.pointed_to() == "b3");
}

TEST_CASE("what is not ours stays") {
    Disk disk;
    REQUIRE(make_directories(disk.plan.boot_directory + "/boot/.mine"));
    REQUIRE(write_file_atomically(disk.plan.boot_directory + "/boot/note", "x"));
    REQUIRE(disk.publish());
    CHECK(disk.names("/boot") == Names{".mine", "b1", "note"});
}

TEST_CASE("loaders are replaced by newer ones") {
    Disk disk;
    REQUIRE(disk.publish());
    disk.put("lpxelinux.0", "newer loader");
    REQUIRE(disk.publish());
    CHECK(disk.served("/lpxelinux.0") == "newer loader");
}

TEST_CASE("a missing source is one clear error, and the old build is served") {
    Disk disk;
    REQUIRE(disk.publish());
    disk.renew("b2");
    fs::remove(disk.sources.files["node.img"]);
    const auto missing = disk.publish();
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code() == ENOENT);
    CHECK(missing.error().to_string() == "publish the boot files: look at " +
                                             disk.sources.files["node.img"] +
                                             ": No such file or directory");
    CHECK(disk.pointed_to() == "b1");
    CHECK(disk.names("/boot") == Names{"b1"});
    disk.sources.files.erase("node.img");
    CHECK(disk.publish().error().to_string().find("no source is given for node.img") !=
          std::string::npos);
    disk.sources.files["node.img"] = disk.plan.boot_directory;
    CHECK(disk.publish().error().code() == EINVAL);
    disk.put("node.img", "initrd");
    disk.sources.loaders.erase("menu.c32");
    CHECK_FALSE(disk.publish());
    CHECK(disk.pointed_to() == "b1");
}

TEST_CASE("an id that was used for something else is refused") {
    Disk disk;
    REQUIRE(disk.publish());
    disk.put("vmlinuz", "another kernel");
    const auto other = disk.publish();
    REQUIRE_FALSE(other);
    CHECK(other.error().code() == EEXIST);
    CHECK(disk.served("/boot/b1/vmlinuz") == "kernel 1");
    CHECK(disk.pointed_to() == "b1");
}

// A limit on the size of files stands for the full disk: another number, the same way.
TEST_CASE("a disk that takes no more leaves the old build serving, and no half of the new") {
    Disk disk;
    REQUIRE(disk.publish());
    disk.renew("b2");
    const std::string big = disk.put("vmlinuz", std::string(1U << 20U, 'k'));
    // Not readable for others, so that it is copied.
    REQUIRE(::chmod(big.c_str(), 0600) == 0);
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    rlimit tight = before;
    tight.rlim_cur = 64U << 10U;
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
    const auto full = disk.publish();
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    std::signal(SIGXFSZ, handler);
    REQUIRE_FALSE(full);
    CHECK(full.error().code() == EFBIG);
    CHECK(full.error().to_string().starts_with("publish the boot files: copy " + big + " to "));
    CHECK(disk.pointed_to() == "b1");
    CHECK(disk.names("/boot") == Names{"b1"});
    CHECK(disk.names("/boot/b1") == Names{"node.img", "vmlinuz"});
    // With room it goes on.
    REQUIRE(disk.publish());
    CHECK(disk.pointed_to() == "b2");
}

TEST_CASE("the pointer is written last") {
    Disk disk;
    REQUIRE(disk.publish());
    disk.renew("b2");
    // nginx.conf cannot be written.
    const std::string config = disk.plan.run_directory + "/nginx.conf";
    fs::remove(config);
    fs::create_directory(config);
    CHECK_FALSE(disk.publish());
    CHECK(disk.pointed_to() == "b1");
    CHECK(disk.served("/boot/b1/vmlinuz") == "kernel 1");
    fs::remove(config);
    REQUIRE(disk.publish());
    CHECK(disk.pointed_to() == "b2");
}

TEST_CASE("a crash in the middle is no hindrance") {
    Disk disk;
    REQUIRE(make_directories(disk.plan.boot_directory + "/boot/b1"));
    REQUIRE(write_file_atomically(disk.plan.boot_directory + "/boot/b1/.vmlinuz.new", "half"));
    REQUIRE(disk.publish());
    CHECK(disk.names("/boot/b1") == Names{"node.img", "vmlinuz"});
    CHECK(disk.served("/boot/b1/vmlinuz") == "kernel 1");
}

TEST_CASE("a wrong plan changes nothing, one that is off neither") {
    Disk disk;
    disk.plan.build = "b 1";
    CHECK(disk.publish().error().code() == EINVAL);
    disk.plan.mode = DhcpMode::kOff;
    REQUIRE(disk.publish());
    CHECK_FALSE(fs::exists(disk.plan.boot_directory));
}

TEST_CASE("contents are compared to their ends") {
    Disk disk;
    const std::string one = disk.put("one", std::string(3U << 20U, 'a') + "b");
    const std::string other = disk.put("other", std::string(3U << 20U, 'a') + "c");
    CHECK_FALSE(same_content(one, other).value());
    CHECK(same_content(one, disk.put("copy", std::string(3U << 20U, 'a') + "b")).value());
    CHECK_FALSE(same_content(one, disk.put("short", "a")).value());
    CHECK(same_content(one, "/nonexistent").error().code() == ENOENT);
}
