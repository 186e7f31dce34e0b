// SPDX-License-Identifier: GPL-2.0-only
#include "rpc/field.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace dolmen::rpc;

TEST_CASE("numbers are whole, positive and in range") {
    const Json message = {{"n", 5}, {"negative", -1}, {"real", 1.5}, {"text", "5"}};
    CHECK(number_field(message, "n", 1, 5).value() == 5);
    CHECK_FALSE(number_field(message, "n", 1, 4));
    CHECK_FALSE(number_field(message, "n", 6, 9));
    CHECK_FALSE(number_field(message, "negative", 0, 9));
    CHECK_FALSE(number_field(message, "real", 0, 9));
    CHECK_FALSE(number_field(message, "text", 0, 9));
    CHECK(number_field(message, "absent", 0, 9)
              .error()
              .to_string()
              .starts_with("message member \"absent\": missing"));
}

TEST_CASE("text has a limit and no control characters") {
    const Json message = {
        {"t", "abc"}, {"nul", std::string("a\0b", 3)}, {"line", "a\nb"}, {"n", 1}};
    CHECK(text_field(message, "t").value() == "abc");
    CHECK_FALSE(text_field(message, "t", 2));
    CHECK_FALSE(text_field(message, "nul"));
    CHECK_FALSE(text_field(message, "line"));
    CHECK_FALSE(text_field(message, "n"));
    CHECK(optional_text_field(message, "absent").value().empty());
    CHECK_FALSE(optional_text_field(message, "n"));
}

TEST_CASE("64-bit numbers travel as text") {
    const Json message = {{"big", "18446744073709551615"},
                          {"over", "18446744073709551616"},
                          {"minus", "-5"},
                          {"bad", "5x"}};
    CHECK(number_text_field(message, "big").value() == 18446744073709551615ULL);
    CHECK_FALSE(number_text_field(message, "over"));
    CHECK_FALSE(number_text_field(message, "minus"));
    CHECK(signed_text_field(message, "minus").value() == -5);
    CHECK_FALSE(signed_text_field(message, "bad"));
}

TEST_CASE("members of no object are errors") {
    CHECK_FALSE(number_field(Json::array(), "n", 0, 1));
    CHECK_FALSE(object_field(Json{{"o", 1}}, "o"));
    CHECK_FALSE(array_field(Json{{"a", {1, 2, 3}}}, "a", 2));
    CHECK(array_field(Json{{"a", {1, 2, 3}}}, "a", 3).value()->size() == 3);
}
