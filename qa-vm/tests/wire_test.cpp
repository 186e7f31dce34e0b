// SPDX-License-Identifier: GPL-2.0-only
#include <doctest/doctest.h>

#include <cstdlib>

#include "wire/frame.hpp"
#include "wire/request.hpp"

using namespace dolmen::qa;

TEST_CASE("frames survive being cut anywhere") {
    const std::string bytes = encode_frame({FrameType::kStdout, 7, "hello"}) +
                              encode_frame({FrameType::kStdout, 8, ""}) +
                              encode_frame({FrameType::kExit, 7, std::string(40000, 'x')});
    for (const std::size_t portion : {1UL, 3UL, 16UL, 17UL, 4096UL, 100000UL}) {
        FrameDecoder decoder;
        std::vector<Frame> frames;
        for (std::size_t at = 0; at < bytes.size(); at += portion) {
            decoder.feed(std::string_view(bytes).substr(at, portion));
            while (auto frame = decoder.next()) {
                frames.push_back(*frame);
            }
        }
        REQUIRE(frames.size() == 3);
        CHECK(frames[0].payload == "hello");
        CHECK(frames[0].stream == 7);
        CHECK(frames[1].payload.empty());
        CHECK(frames[2].type == FrameType::kExit);
        CHECK(frames[2].payload.size() == 40000);
        CHECK(decoder.skipped_bytes() == 0);
    }
}

TEST_CASE("garbage is skipped up to the next frame") {
    FrameDecoder decoder;
    const std::string whole = encode_frame({FrameType::kStdout, 1, "lost"});
    decoder.feed(whole.substr(0, 18).substr(3));
    decoder.feed(encode_frame({FrameType::kHello, 0, "{}"}));
    // The rest of a frame may look like a header that announces more: it ends with the next ones.
    const auto frame = decoder.next();
    REQUIRE(frame);
    CHECK(frame->type == FrameType::kHello);
    CHECK(decoder.skipped_bytes() == 15);
}

TEST_CASE("random bytes never give a frame that is too long") {
    FrameDecoder decoder;
    std::srand(1);
    for (int i = 0; i < 2000; ++i) {
        std::string bytes(static_cast<std::size_t>(std::rand() % 64), '\0');
        for (char& byte : bytes) {
            byte = static_cast<char>(std::rand());
        }
        decoder.feed(bytes);
        while (const auto frame = decoder.next()) {
            CHECK(frame->payload.size() <= kMaxPayloadBytes);
        }
    }
}

TEST_CASE("credits, signals and window sizes") {
    const auto credit = decode_credit(encode_credit({FrameType::kStderr, 70000}));
    REQUIRE(credit);
    CHECK(credit->channel == FrameType::kStderr);
    CHECK(credit->bytes == 70000);
    CHECK_FALSE(decode_credit("1234"));
    CHECK(decode_signal(encode_signal(15)) == 15);
    CHECK_FALSE(decode_signal(encode_signal(65)));
    const auto window = decode_window(encode_window({50, 132}));
    REQUIRE(window);
    CHECK(window->rows == 50);
    CHECK(window->columns == 132);
}

TEST_CASE("requests keep every byte of a command line") {
    Request request;
    std::string all;
    for (int byte = 1; byte < 256; ++byte) {
        all.push_back(static_cast<char>(byte));
    }
    request.argv = {"echo", all, ""};
    request.environment = {{"NAME", all}};
    request.user = "demo";
    request.session = true;
    request.terminal = true;
    request.window = {10, 20};
    const auto copy = request_from_json(to_json(request));
    REQUIRE(copy);
    CHECK(copy->argv == request.argv);
    CHECK(copy->environment == request.environment);
    CHECK(copy->user == "demo");
    CHECK(copy->session);
    CHECK(copy->window.columns == 20);
    CHECK_FALSE(request_from_json("{}"));
    CHECK_FALSE(request_from_json("nonsense"));
    CHECK_FALSE(request_from_json(R"({"kind":"dance"})"));
}

TEST_CASE("outcomes are told as a shell tells them") {
    CHECK(Outcome{3, 0, ""}.shell_status() == 3);
    CHECK(Outcome{0, 9, ""}.shell_status() == 137);
    CHECK(Outcome{0, 0, "broken"}.shell_status() == 255);
    const Outcome copy = outcome_from_json(to_json(Outcome{0, 15, ""}));
    CHECK(copy.signal == 15);
    CHECK_FALSE(outcome_from_json("?").error.empty());
}
