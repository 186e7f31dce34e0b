// SPDX-License-Identifier: GPL-2.0-only
#include "net/dhcp_packet.hpp"

#include "net/dhcp_options.hpp"
#include "net/dhcp_samples.hpp"

#include <doctest/doctest.h>
#include <random>
#include <string>

using namespace dolmen;
using namespace dolmen::net;
using namespace dolmen::net::samples;

namespace {

using Kind = DhcpReply::Kind;

DhcpDiscover discover() {
    DhcpDiscover message;
    message.transaction = kTransaction;
    message.seconds = 2;
    message.mac = {0x52, 0x54, 0, 0x77, 0, 1};
    for (std::size_t index = 0; index < message.machine.size(); ++index)
        message.machine.at(index) = static_cast<std::uint8_t>(0xa0 + index);
    return message;
}

std::string why(const Bytes& packet) {
    const auto reply = decode_reply(packet);
    if (reply)
        return "";
    CHECK(reply.error().code() == EBADMSG);
    return reply.error().to_string();
}

bool contains(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a DISCOVER is that of a BIOS PC") {
    const Bytes packet = encode_discover(discover());
    CHECK(packet.size() >= 300);
    const Bytes head{1, 1, 6, 0, 1, 2, 3, 4, 0, 2, 0x80, 0};
    CHECK(Bytes(packet.begin(), packet.begin() + 12) == head);
    CHECK(std::all_of(packet.begin() + 12, packet.begin() + 28, [](auto b) { return b == 0; }));
    CHECK(Bytes(packet.begin() + 28, packet.begin() + 34) == Bytes{0x52, 0x54, 0, 0x77, 0, 1});
    CHECK(std::all_of(packet.begin() + 34, packet.begin() + 236, [](auto b) { return b == 0; }));
    CHECK(get32(packet, 236) == 0x63825363);

    const auto options = DhcpOptions::parse(BytesView(packet).subspan(240), {}, {});
    REQUIRE(options);
    CHECK(*options->find(53) == Bytes{1});
    CHECK(*options->find(57) == Bytes{4, 236});
    CHECK(*options->find(93) == Bytes{0, 0});
    CHECK(*options->find(94) == Bytes{1, 2, 1});
    CHECK(*options->find(97) == Bytes{0, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9,
                                      0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf});
    const Bytes* vendor = options->find(60);
    REQUIRE(vendor != nullptr);
    CHECK(std::string(vendor->begin(), vendor->end()) == "PXEClient:Arch:00000:UNDI:002001");
    const Bytes* wanted = options->find(55);
    REQUIRE(wanted != nullptr);
    for (const std::uint8_t code : Bytes{1, 3, 43, 54, 60, 66, 67})
        CHECK(std::count(wanted->begin(), wanted->end(), code) == 1);
    // No address and no lease is asked for.
    CHECK(options->find(50) == nullptr);
    CHECK(options->find(51) == nullptr);
}

TEST_CASE("an offer of a home router") {
    const auto reply = decode_reply(plain_offer());
    REQUIRE(reply);
    CHECK(reply->kind == Kind::kOffer);
    CHECK(reply->transaction == kTransaction);
    CHECK(reply->your_address.to_string() == "192.0.2.50");
    CHECK(reply->next_server.to_string() == "192.0.2.1");
    CHECK(reply->server.to_string() == "192.0.2.1");
    CHECK(reply->router.to_string() == "192.0.2.1");
    CHECK(reply->prefix == 24);
    CHECK(reply->boot_file.empty());
    CHECK(reply->vendor.empty());
    CHECK_FALSE(reply->has_vendor_options);
}

TEST_CASE("an offer of a proxy for PXE clients") {
    const auto reply = decode_reply(proxy_offer());
    REQUIRE(reply);
    CHECK_FALSE(reply->your_address.is_set());
    CHECK(reply->vendor == kPxeClient);
    CHECK(reply->has_vendor_options);
    CHECK(reply->prefix == 0);
}

TEST_CASE("acknowledgements, and answers from before DHCP") {
    CHECK(decode_reply(raw_answer({53, 1, 5, 255}))->kind == Kind::kAck);
    CHECK(decode_reply(raw_answer({255}))->kind == Kind::kBootp);
    for (const std::uint8_t type : Bytes{0, 1, 3, 4, 6, 7, 8, 255})
        CHECK(contains(why(raw_answer({53, 1, type, 255})), "is no offer"));
}

TEST_CASE("the boot file: the field, the option before the field") {
    Bytes packet = raw_answer({53, 1, 2, 255});
    put_text(packet, kFileField, "pxelinux.0");
    CHECK(decode_reply(packet)->boot_file == "pxelinux.0");
    packet = raw_answer({53, 1, 2, 67, 4, 'a', '.', '0', 0, 255});
    put_text(packet, kFileField, "pxelinux.0");
    CHECK(decode_reply(packet)->boot_file == "a.0");
    // A name that fills its field has no NUL.
    packet = raw_answer({53, 1, 2, 255});
    std::fill_n(packet.begin() + kFileField, 128, 'x');
    CHECK(decode_reply(packet)->boot_file == std::string(128, 'x'));
}

TEST_CASE("texts can do nothing to a terminal") {
    const auto reply = decode_reply(
        raw_answer({53, 1, 2, 67, 5, 27, '[', '2', 'J', 0xff, 60, 3, 'a', '\n', 0x7f, 255}));
    REQUIRE(reply);
    CHECK(reply->boot_file == "?[2J?");
    CHECK(reply->vendor == "a??");
}

TEST_CASE("options in the fields of file and server name") {
    // In both: the boot file's name is begun in one and ended in the other.
    Bytes packet = raw_answer({53, 1, 2, 52, 1, 3, 255});
    put_field(packet, kFileField, {0, 67, 2, 'p', 'x', 255, 'l', 'e', 'f', 't'});
    put_field(packet, kServerNameField, {67, 2, 'e', '0', 54, 4, 192, 0, 2, 7, 255});
    auto reply = decode_reply(packet);
    REQUIRE(reply);
    CHECK(reply->boot_file == "pxe0");
    CHECK(reply->server.to_string() == "192.0.2.7");

    // In the server's name only: the field of the file is a name.
    packet = raw_answer({53, 1, 2, 52, 1, 2, 255});
    put_text(packet, kFileField, "pxelinux.0");
    put_field(packet, kServerNameField, {54, 4, 192, 0, 2, 7, 255});
    reply = decode_reply(packet);
    REQUIRE(reply);
    CHECK(reply->boot_file == "pxelinux.0");
    CHECK(reply->server.to_string() == "192.0.2.7");

    // In the file's only: what stands there is no name.
    packet = raw_answer({53, 1, 2, 52, 1, 1, 255});
    put_field(packet, kFileField, {255});
    put_text(packet, kFileField + 1, "pxelinux.0");
    CHECK(decode_reply(packet)->boot_file.empty());
}

TEST_CASE("overload that is wrong") {
    CHECK(contains(why(raw_answer({53, 1, 2, 52, 1, 0, 255})), "option 52 is 0"));
    CHECK(contains(why(raw_answer({53, 1, 2, 52, 1, 4, 255})), "option 52 is 4"));
    CHECK(contains(why(raw_answer({53, 1, 2, 52, 2, 1, 1, 255})), "option 52 has 2 bytes"));
    CHECK(contains(why(raw_answer({53, 1, 2, 52, 0, 255})), "option 52 has 0 bytes"));
    // Zeros are padding: it is the end that is missing.
    CHECK(contains(why(raw_answer({53, 1, 2, 52, 1, 1, 255})), "field of the file have no end"));
    CHECK(contains(why(raw_answer({53, 1, 2, 52, 1, 2, 255})), "field of the server have no end"));
    Bytes packet = raw_answer({53, 1, 2, 52, 1, 2, 255});
    put_field(packet, kFileField - 2, {67, 1});
    CHECK(contains(why(packet), "option 67 reaches over the end of"));
    packet = raw_answer({53, 1, 2, 52, 1, 1, 255});
    put_field(packet, kFileField, {52, 1, 2, 255});
    CHECK(contains(why(packet), "option 52 has 2 bytes"));
}

TEST_CASE("options that are cut off, or have a wrong length") {
    struct Wrong {
        Bytes packet;
        const char* why;
    };
    for (const Wrong& wrong : std::initializer_list<Wrong>{
             {raw_answer({}), "the options have no end"},
             {raw_answer({53, 1, 2}), "the options have no end"},
             {raw_answer({0, 0, 0}), "the options have no end"},
             {raw_answer({53}), "option 53 reaches over the end of the options"},
             {raw_answer({53, 1}), "option 53 reaches over"},
             {raw_answer({53, 1, 2, 67, 200, 'x', 255}), "option 67 reaches over"},
             {raw_answer({53, 1, 2, 43, 1}), "option 43 reaches over"},
             {raw_answer({53, 0, 255}), "option 53 has 0 bytes, not 1"},
             {raw_answer({53, 2, 2, 2, 255}), "option 53 has 2 bytes, not 1"},
             {raw_answer({53, 1, 2, 53, 1, 2, 255}), "option 53 has 2 bytes, not 1"},
             {raw_answer({53, 1, 2, 54, 3, 1, 2, 3, 255}), "option 54 has 3 bytes, not 4"},
             {raw_answer({53, 1, 2, 1, 5, 1, 2, 3, 4, 5, 255}), "option 1 has 5 bytes, not 4"},
             {raw_answer({53, 1, 2, 1, 4, 255, 0, 255, 0, 255}), "network mask 255.0.255.0"},
             {raw_answer({53, 1, 2, 3, 0, 255}), "option 3 has 0 bytes"},
             {raw_answer({53, 1, 2, 3, 6, 1, 2, 3, 4, 5, 6, 255}), "option 3 has 6 bytes"},
         })
        CHECK(contains(why(wrong.packet), wrong.why));
}

TEST_CASE("several routers, a long option in two parts") {
    const auto reply = decode_reply(
        raw_answer({53, 1, 2, 3, 8, 192, 0, 2, 1, 192, 0, 2, 2, 67, 1, 'a', 67, 1, 'b', 255}));
    REQUIRE(reply);
    CHECK(reply->router.to_string() == "192.0.2.1");
    CHECK(reply->boot_file == "ab");
}

TEST_CASE("a fixed part that is wrong") {
    for (const auto& [offset, value, part] :
         std::initializer_list<std::tuple<std::size_t, std::uint8_t, const char*>>{
             {0, 1, "operation 1"},
             {1, 6, "not for an Ethernet card"},
             {2, 16, "not for an Ethernet card"},
             {236, 0, "no options"},
         }) {
        Bytes packet = plain_offer();
        packet.at(offset) = value;
        CHECK(contains(why(packet), part));
    }
    CHECK(contains(why({}), "0 bytes"));
    CHECK(contains(why(Bytes(239, 2)), "239 bytes"));
}

TEST_CASE("the transaction is read from whatever answers") {
    CHECK(reply_transaction(plain_offer()) == kTransaction);
    CHECK(reply_transaction(raw_answer({53, 200})) == kTransaction);
    CHECK(reply_transaction(BytesView(plain_offer()).first(236)) == kTransaction);
    CHECK_FALSE(reply_transaction(BytesView(plain_offer()).first(235)));
    CHECK_FALSE(reply_transaction({}));
    CHECK_FALSE(reply_transaction(encode_discover(discover())));
}

TEST_CASE("every truncation is an error, random damage an error or a reply") {
    const Bytes whole = plain_offer();
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK_FALSE(why(Bytes(whole.begin(), whole.begin() + static_cast<long>(size))).empty());
    std::mt19937 random(1);
    Bytes overloaded = raw_answer({53, 1, 2, 52, 1, 3, 54, 4, 192, 0, 2, 1, 255});
    put_field(overloaded, kFileField, {67, 2, 'p', 'x', 255});
    put_field(overloaded, kServerNameField, {60, 3, 'P', 'X', 'E', 255});
    for (int round = 0; round < 20000; ++round) {
        Bytes packet = round % 2 == 0 ? whole : overloaded;
        for (unsigned count = random() % 8 + 1; count != 0; --count) {
            // Mostly where options are.
            const std::size_t offset =
                random() % 4 == 0 ? random() % 240 : 240 + random() % (packet.size() - 240);
            packet.at(offset) = static_cast<std::uint8_t>(random());
        }
        const auto reply = decode_reply(packet);
        if (!reply)
            CHECK(reply.error().code() == EBADMSG);
    }
}
