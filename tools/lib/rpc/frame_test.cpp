// SPDX-License-Identifier: GPL-2.0-only
#include "rpc/frame.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>
#include <nlohmann/json.hpp>
#include <random>

using namespace dolmen;
using namespace dolmen::rpc;
using namespace std::chrono_literals;

namespace {

struct Ends {
    Fd ours;
    Fd theirs;
};

Ends make_ends() {
    int numbers[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, numbers) == 0);
    return {Fd(numbers[0]), Fd(numbers[1])};
}

int code_of_bytes(const std::string& bytes, std::size_t limit = kFrameLimit) {
    Ends ends = make_ends();
    REQUIRE(write_all(ends.theirs.get(), bytes));
    ends.theirs.reset();
    FrameReader reader(limit);
    const auto result = reader.read(ends.ours.get());
    return result ? 0 : result.error().code();
}

std::string header(std::uint32_t length) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes.push_back(static_cast<char>(length >> shift & 0xffU));
    return bytes;
}

}  // namespace

TEST_CASE("a message comes out as it went in") {
    Ends ends = make_ends();
    const Json message = {
        {"type", "join"}, {"cpus", 4}, {"list", {1, 2, 3}}, {"text", "\u00e4\n\"\\"}};
    REQUIRE(send_frame(ends.theirs.get(), message, 1s));
    const auto received = receive_frame(ends.ours.get(), 1s);
    REQUIRE(received);
    CHECK(*received == message);
}

TEST_CASE("a frame may come byte by byte") {
    Ends ends = make_ends();
    const std::string bytes = encode(Json{{"a", 1}}).value();
    FrameReader reader;
    for (std::size_t index = 0; index < bytes.size(); ++index) {
        const auto before = reader.read(ends.ours.get());
        REQUIRE(before);
        CHECK_FALSE(before->has_value());
        REQUIRE(write_all(ends.theirs.get(), bytes.substr(index, 1)));
    }
    const auto message = reader.read(ends.ours.get());
    REQUIRE(message);
    CHECK(message->value() == Json{{"a", 1}});
}

TEST_CASE("not a byte behind a frame is read") {
    Ends ends = make_ends();
    REQUIRE(write_all(ends.theirs.get(), encode(Json{{"a", 1}}).value() + "rest"));
    FrameReader reader;
    REQUIRE(reader.read(ends.ours.get())->has_value());
    char rest[8] = {};
    CHECK(::read(ends.ours.get(), rest, sizeof(rest)) == 4);
    CHECK(std::string(rest) == "rest");
}

TEST_CASE("hostile bytes are refused") {
    CHECK(code_of_bytes(header(0xffffffffU)) == EMSGSIZE);
    CHECK(code_of_bytes(header(0)) == EMSGSIZE);
    CHECK(code_of_bytes(header(101) + std::string(101, 'x'), 100) == EMSGSIZE);
    CHECK(code_of_bytes(header(4) + "[1]x") == EBADMSG);
    CHECK(code_of_bytes(header(3) + "[1]") == EBADMSG);
    CHECK(code_of_bytes(header(4) + "\"\xff\xfe\"") == EBADMSG);
    CHECK(code_of_bytes(header(9) + "{\"a\":1e99}") == EBADMSG);  // its length cuts it
    CHECK(code_of_bytes("") == ECONNRESET);
    CHECK(code_of_bytes(header(10) + "{\"a\"") == ECONNRESET);
}

TEST_CASE("depth is limited, brackets in text do not count") {
    const auto nested = [](int depth) {
        return "{\"a\":" + std::string(static_cast<std::size_t>(depth), '[') +
               std::string(static_cast<std::size_t>(depth), ']') + "}";
    };
    CHECK(decode_text(nested(kDepthLimit - 1)));
    CHECK_FALSE(decode_text(nested(kDepthLimit)));
    CHECK_FALSE(decode_text(nested(100000)));
    CHECK(decode_text("{\"a\":\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[\"}"));
}

TEST_CASE("random damage never gets through as anything but an error or an object") {
    std::mt19937 random(1);
    const std::string good =
        encode(Json{{"type", "join"}, {"machine", "x"}, {"n", {1, {{"b", 2.5}}}}}).value();
    for (int round = 0; round < 20000; ++round) {
        std::string bytes = good;
        for (unsigned count = random() % 4 + 1; count != 0; --count)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        static_cast<void>(decode_text(std::string_view(bytes).substr(kHeaderBytes)));
        if (round % 20 == 0)
            static_cast<void>(code_of_bytes(bytes, 4096));
    }
}

TEST_CASE("what is too long is not sent, text that is no UTF-8 is repaired") {
    CHECK(encode(Json{{"a", std::string(200, 'x')}}, 100).error().code() == EMSGSIZE);
    const std::string frame = encode(Json{{"a", "\xff"}}).value();
    CHECK(decode_text(std::string_view(frame).substr(kHeaderBytes)));
}

TEST_CASE("a silent peer ends in ETIMEDOUT") {
    Ends ends = make_ends();
    CHECK(receive_frame(ends.ours.get(), 20ms).error().code() == ETIMEDOUT);
}
