// SPDX-License-Identifier: GPL-2.0-only
// The choice of a machine for a program (policy/choose.c).
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <cstring>
#include <vector>

extern "C" {
#include <linux/types.h>

#include <uapi/dolmen.h>

#include "../policy/choose.h"
}

namespace {

constexpr u32 kHead = 0;

struct Room {
    std::vector<ssi_candidate> machines;
    ssi_question question{};

    explicit Room(std::vector<ssi_candidate> given) : machines(std::move(given)) {
        question.mode = DOLMEN_MODE_DEFAULT;
        question.session = true;
        question.spreads = true;
    }

    ssi_answer ask() {
        question.candidates = machines.data();
        question.count = static_cast<u32>(machines.size());
        const ssi_answer answer = ssi_choose(&question);
        // the text becomes a counter's name
        CHECK((answer.why != nullptr) == (answer.node == kHead));
        if (answer.why != nullptr)
            CHECK(std::strlen(answer.why) < sizeof(dolmen_counter_info::call));
        return answer;
    }

    // ask, and count the newcomer where it went
    u32 place() {
        const u32 node = ask().node;
        for (auto& machine : machines)
            if (machine.node == node)
                machine.busy_permille += 1000;
        question.turn++;
        return node;
    }
};

Room idle_room() {
    return Room({{kHead, 100, 0, true}, {1, 100, 0, true}, {2, 100, 0, true}});
}

}  // namespace

TEST_CASE("without a node everything stays on the head") {
    Room room({{kHead, 100, 5000, true}});
    for (u32 mode = DOLMEN_MODE_DEFAULT; mode <= DOLMEN_MODE_NODE; mode++) {
        room.question.mode = mode;
        CHECK(room.ask().node == kHead);
    }
}

TEST_CASE("the default mode asks for a session and a listed name") {
    Room room = idle_room();
    CHECK(room.ask().node != kHead);
    room.question.spreads = false;
    CHECK(room.ask().node == kHead);
    room.question.spreads = true;
    room.question.session = false;
    CHECK(room.ask().node == kHead);
}

TEST_CASE("local means local, also for a guest") {
    Room room = idle_room();
    room.question.mode = DOLMEN_MODE_LOCAL;
    CHECK(room.ask().node == kHead);
    room.question.here = 2;
    room.question.pinned = true;
    CHECK(room.ask().node == kHead);
    CHECK_FALSE(room.ask().by_score);
}

TEST_CASE("spread takes every name but those of the stay list, and never the head") {
    Room room = idle_room();
    room.question.mode = DOLMEN_MODE_SPREAD;
    room.question.session = false;
    room.question.spreads = false;
    for (int i = 0; i < 20; i++)
        CHECK(room.place() != kHead);
    room.question.stays = true;
    CHECK(room.ask().node == kHead);
}

TEST_CASE("a given node is taken, or the head while it is not up") {
    Room room = idle_room();
    room.question.mode = DOLMEN_MODE_NODE;
    room.question.mode_node = 2;
    CHECK(room.ask().node == 2);
    room.question.stays = true;
    CHECK(room.ask().node == 2);
    room.question.mode_node = 3;
    CHECK(room.ask().node == kHead);
    room.question.mode_node = kHead;
    CHECK(room.ask().node == kHead);
}

TEST_CASE("a burst is shared evenly, the head included") {
    Room room = idle_room();
    std::vector<int> got(3);
    for (int i = 0; i < 12; i++)
        got[room.place()]++;
    CHECK(got == std::vector<int>{4, 4, 4});
}

TEST_CASE("shares follow the weights") {
    Room room({{kHead, 50, 0, true}, {1, 100, 0, true}, {2, 300, 0, true}});
    std::vector<int> got(3);
    for (int i = 0; i < 90; i++)
        got[room.place()]++;
    CHECK(got == std::vector<int>{10, 20, 60});
}

TEST_CASE("weight 0 takes nothing") {
    Room room({{kHead, 0, 0, true}, {1, 0, 0, true}, {2, 1, 90000, true}});
    CHECK(room.ask().node == 2);
    room.machines[2].weight = 0;
    CHECK(room.ask().node == kHead);
    CHECK_FALSE(room.ask().by_score);
}

TEST_CASE("no program begins where it could not come home from") {
    Room room = idle_room();
    room.machines[1].takes_new = false;
    room.question.mode = DOLMEN_MODE_SPREAD;
    for (int i = 0; i < 4; i++)
        CHECK(room.place() == 2);
    room.question.here = 1;
    CHECK(room.ask().node == 2);
    room.question.pinned = true;
    CHECK(room.ask().node == kHead);
    room.question = {};
    room.question.mode = DOLMEN_MODE_NODE;
    room.question.mode_node = 1;
    CHECK(room.ask().node == kHead);
    room.question.mode_node = 2;
    CHECK(room.ask().node == 2);
}

TEST_CASE("ties between idle nodes alternate") {
    Room room = idle_room();
    const u32 first = room.ask().node;
    room.question.turn++;
    CHECK(room.ask().node != first);
}

TEST_CASE("the head says when it won by score") {
    Room room = idle_room();
    room.machines[1].busy_permille = 3000;
    room.machines[2].busy_permille = 3000;
    CHECK(room.ask().node == kHead);
    CHECK(room.ask().by_score);
}

TEST_CASE("a guest moves only if that gains a whole process") {
    Room room = idle_room();
    room.question.mode = DOLMEN_MODE_SPREAD;
    room.question.here = 1;
    room.machines[1].busy_permille = 1000;
    CHECK(room.ask().node == 1);
    room.machines[1].busy_permille = 2000;
    CHECK(room.ask().node == 2);
    // a node that shall take nothing is left
    room.machines[1] = {1, 0, 0, true};
    CHECK(room.ask().node == 2);
}

TEST_CASE("a pinned guest stays, a pinned program at home does not care") {
    Room room = idle_room();
    room.question.mode = DOLMEN_MODE_SPREAD;
    room.question.pinned = true;
    room.question.here = 1;
    room.machines[1].busy_permille = 50000;
    CHECK(room.ask().node == 1);
    room.question.here = kHead;
    CHECK(room.ask().node == 2);
    // its node has gone
    room.question.here = 7;
    CHECK(room.ask().node == kHead);
}

TEST_CASE("numbers at their limits do not overflow") {
    Room room(
        {{kHead, 1000, 2000000000, true}, {1, 1000, 4294967295, true}, {2, 1, 4294967295, true}});
    CHECK(room.ask().node == kHead);
}
