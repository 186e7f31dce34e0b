// SPDX-License-Identifier: GPL-2.0-only
// The file's part of a knfsd handle (files/nfs_handle.c).
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <vector>

extern "C" {
#include <linux/types.h>

#include "../files/nfs_handle.h"
}

namespace {

struct Cut {
    int error;
    u32 type;
    u32 start;
};

Cut cut(const std::vector<u8>& handle) {
    Cut result{0, 0, 0};
    result.error = ssi_nfs_handle_file(handle.data(), static_cast<u32>(handle.size()),
                                       &result.type, &result.start);
    return result;
}

}  // namespace

TEST_CASE("the export of fsid 0 has four bytes") {
    const Cut found = cut({1, 0, 1, 0xf8, 0, 0, 0, 0, 9, 9, 9, 9});
    CHECK(found.error == 0);
    CHECK(found.type == 0xf8);
    CHECK(found.start == 8);
}

TEST_CASE("the exported directory itself has no identifier") {
    const Cut found = cut({1, 0, 1, 0, 0, 0, 0, 0});
    CHECK(found.error == 0);
    CHECK(found.type == 0);
    CHECK(found.start == 8);
}

TEST_CASE("an export with a uuid") {
    std::vector<u8> handle{1, 0, 6, 1};
    handle.resize(4 + 16 + 8);
    CHECK(cut(handle).error == 0);
    CHECK(cut(handle).start == 20);
}

TEST_CASE("what is no handle of knfsd is refused") {
    CHECK(cut({}).error < 0);
    CHECK(cut({1, 0, 1}).error < 0);
    CHECK(cut({2, 0, 1, 1, 0, 0, 0, 0}).error < 0);  // version
    CHECK(cut({1, 1, 1, 1, 0, 0, 0, 0}).error < 0);  // authentication
    CHECK(cut({1, 0, 8, 1, 0, 0, 0, 0}).error < 0);  // kind of export
    CHECK(cut({1, 0, 6, 1, 0, 0, 0, 0}).error < 0);  // too short for it
}
