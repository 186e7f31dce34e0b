// SPDX-License-Identifier: GPL-2.0-only
// The writer and the cursor of messages: what goes in comes out, and hostile
// bytes never lead outside of the message.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

extern "C" {
#include <ssi/message.h>
#include <ssi/wire.h>

bool grow_fails = false;

// As message.c has it, but tight: the sanitizers see each byte too many.
int ssi_message_grow(ssi_message* msg, u32 length, gfp_t /*gfp*/) {
    if (grow_fails) {
        return -ENOMEM;
    }
    auto* data = static_cast<u8*>(std::malloc(length));
    if (msg->length != 0) {
        std::memcpy(data, msg->data, msg->length);
    }
    std::free(msg->data);
    msg->data = data;
    msg->room = length;
    return 0;
}
}

namespace {

class Message {
  public:
    Message() { ssi_writer_init(&writer_, &msg_, 0); }
    explicit Message(const std::vector<u8>& bytes) : Message() {
        ssi_put_bytes(&writer_, bytes.data(), static_cast<u32>(bytes.size()));
    }
    Message(const Message&) = delete;
    Message& operator=(const Message&) = delete;
    ~Message() { std::free(msg_.data); }

    ssi_writer* writer() { return &writer_; }
    u32 length() const { return msg_.length; }
    ssi_cursor cursor() const {
        ssi_cursor c{};
        ssi_cursor_init(&c, &msg_);
        return c;
    }

  private:
    ssi_message msg_{};
    ssi_writer writer_{};
};

std::string get_string(ssi_cursor* c, u32 size) {
    std::vector<char> text(size, 'x');
    ssi_get_string(c, text.data(), size);
    return text.data();
}

}  // namespace

TEST_CASE("what was written is read") {
    Message m;
    ssi_put_u8(m.writer(), 7);
    ssi_put_u32(m.writer(), 0x12345678);
    ssi_put_u64(m.writer(), 1ULL << 63);
    ssi_put_string(m.writer(), "hello");
    ssi_put_blob(m.writer(), "a\0b", 3);
    ssi_put_string(m.writer(), "");
    ssi_patch_u32(m.writer(), 1, 99);
    CHECK(m.writer()->error == 0);

    ssi_cursor c = m.cursor();
    CHECK(ssi_get_u8(&c) == 7);
    CHECK(ssi_get_u32(&c) == 99);
    CHECK(ssi_get_u64(&c) == 1ULL << 63);
    CHECK(get_string(&c, 6) == "hello");
    u32 bytes = 0;
    const void* blob = ssi_get_blob(&c, 3, &bytes);
    REQUIRE(blob != nullptr);
    CHECK(bytes == 3);
    CHECK(std::memcmp(blob, "a\0b", 3) == 0);
    CHECK(get_string(&c, 1).empty());
    CHECK(ssi_cursor_end(&c) == 0);
}

TEST_CASE("what is left over is an error") {
    const Message m({1, 2});
    ssi_cursor c = m.cursor();
    CHECK(ssi_get_u8(&c) == 1);
    CHECK(ssi_cursor_end(&c) == -EBADMSG);
}

TEST_CASE("the first error sticks, and what is read after it is zero") {
    const Message m({1, 2, 3});
    ssi_cursor c = m.cursor();
    CHECK(ssi_get_u32(&c) == 0);
    CHECK(c.error == -EBADMSG);
    CHECK(ssi_get_u8(&c) == 0);
    std::array<u8, 2> bytes{9, 9};
    ssi_get_bytes(&c, bytes.data(), 2);
    CHECK(bytes == std::array<u8, 2>{0, 0});
    CHECK(ssi_get_view(&c, 0) == nullptr);
    CHECK(get_string(&c, 4).empty());
}

TEST_CASE("a string must fit and hold no NUL") {
    Message m;
    ssi_put_string(m.writer(), "12345678");
    ssi_cursor c = m.cursor();
    CHECK(get_string(&c, 8).empty());
    CHECK(c.error == -EBADMSG);
    c = m.cursor();
    CHECK(get_string(&c, 9) == "12345678");

    Message with_nul;
    ssi_put_blob(with_nul.writer(), "a\0b", 3);
    c = with_nul.cursor();
    CHECK(get_string(&c, 9).empty());
    CHECK(c.error == -EBADMSG);
}

TEST_CASE("a count over its limit and a length beyond the message are errors") {
    Message m;
    ssi_put_u32(m.writer(), 100);
    ssi_cursor c = m.cursor();
    CHECK(ssi_get_count(&c, 100) == 100);
    c = m.cursor();
    CHECK(ssi_get_count(&c, 99) == 0);
    CHECK(c.error == -EBADMSG);
    c = m.cursor();
    u32 bytes = 1;
    CHECK(ssi_get_blob(&c, 0xffffffff, &bytes) == nullptr);
    CHECK(bytes == 0);
}

TEST_CASE("an empty view of an empty message is no error") {
    const Message m;
    ssi_cursor c = m.cursor();
    CHECK(ssi_get_view(&c, 0) != nullptr);
    CHECK(ssi_cursor_end(&c) == 0);
}

TEST_CASE("the writer stops at the limit of a message") {
    Message m;
    CHECK(ssi_put_space(m.writer(), SSI_PAYLOAD_MAX) != nullptr);
    ssi_put_u8(m.writer(), 1);
    CHECK(m.writer()->error == -EMSGSIZE);
    CHECK(m.length() == SSI_PAYLOAD_MAX);
    CHECK(ssi_put_space(m.writer(), 0xffffffff) == nullptr);
}

TEST_CASE("the writer tells that memory was short") {
    Message m;
    grow_fails = true;
    ssi_put_u8(m.writer(), 1);
    grow_fails = false;
    ssi_put_u8(m.writer(), 2);
    CHECK(m.writer()->error == -ENOMEM);
    CHECK(m.length() == 0);
    ssi_writer none{};
    ssi_writer_init(&none, nullptr, 0);
    ssi_put_u64(&none, 1);
    CHECK(none.error == -ENOMEM);
}

TEST_CASE("a patch outside of what was written is refused") {
    Message m;
    ssi_put_u32(m.writer(), 1);
    ssi_patch_u32(m.writer(), 1, 2);
    CHECK(m.writer()->error == -EMSGSIZE);
}

TEST_CASE("random bytes read in random ways stay inside") {
    std::mt19937 random(20260101);
    for (int round = 0; round < 20000; ++round) {
        std::vector<u8> bytes(random() % 64);
        for (u8& byte : bytes) {
            byte = static_cast<u8>(random() % 4 != 0 ? random() % 8 : random());
        }
        const Message m(bytes);
        ssi_cursor c = m.cursor();
        u32 used = 0;
        for (int step = 0; step < 12; ++step) {
            switch (random() % 6) {
                case 0:
                    ssi_get_u8(&c);
                    break;
                case 1:
                    ssi_get_u64(&c);
                    break;
                case 2: {
                    u32 length = 0;
                    const auto* at =
                        static_cast<const u8*>(ssi_get_blob(&c, random() % 32, &length));
                    for (u32 i = 0; at != nullptr && i < length; ++i) {
                        used += at[i];
                    }
                    break;
                }
                case 3:
                    get_string(&c, 1 + static_cast<u32>(random() % 16));
                    break;
                case 4: {
                    std::array<u8, 8> copy{};
                    ssi_get_bytes(&c, copy.data(), static_cast<u32>(random() % 9));
                    break;
                }
                default:
                    ssi_get_count(&c, static_cast<u32>(random() % 300));
            }
            CHECK_UNARY(c.left <= bytes.size());
        }
        CHECK_UNARY((ssi_cursor_end(&c) == 0) == (c.error == 0 && c.left == 0));
        (void)used;
    }
}
