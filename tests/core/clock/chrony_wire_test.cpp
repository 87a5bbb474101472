// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/chrony_wire.hpp"

#include <gtest/gtest.h>

#include "support/chrony_packets.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

std::string refusal_of(const Bytes& reply)
{
    const auto checked = check_reply(reply, ChronyCommand::Tracking, 7);
    return checked ? "accepted" : checked.error().what;
}

TEST(EncodeRequest, IsAsLongAsItsReply)
{
    const Bytes request = encode_request(ChronyCommand::Tracking, 0x01020304);

    ASSERT_EQ(request.size(), 104U);
    EXPECT_EQ(hex(Bytes(request.begin(), request.begin() + 20)),
              "0601000000210000010203040000000000000000");
    EXPECT_EQ(encode_request(ChronyCommand::SourceData, 1, 3).size(), 76U);
    EXPECT_EQ(encode_request(ChronyCommand::SourceData, 1, 3)[23], std::byte{3});
}

// candm.h: REQ_ONLINE is 1; REQ_Online is a mask and an address, both of family UNSPEC.
TEST(EncodeRequest, PutsEverySourceOnline)
{
    const Bytes request = encode_request(ChronyCommand::Online, 9, 5);

    EXPECT_EQ(hex(request),
              "0601000000010000000000090000000000000000" + std::string(std::size_t{80}, '0'));
}

TEST(EncodeRequest, AsksEverySourceInABurst)
{
    const Bytes request = encode_request(ChronyCommand::Burst, 9, 5);

    ASSERT_EQ(request.size(), 68U);
    EXPECT_EQ(hex(Bytes(request.begin() + 20, request.begin() + 60)), std::string(80, '0'));
    EXPECT_EQ(hex(Bytes(request.begin() + 60, request.end())), "0000000400000008");
}

TEST(CheckReply, AcceptsTheAnswerToTheQuestion)
{
    EXPECT_EQ(refusal_of(tracking_reply({.sequence = 7})), "accepted");
}

TEST(CheckReply, PassesOverAnAnswerToAnEarlierQuestion)
{
    const auto checked = check_reply(tracking_reply({.sequence = 6}), ChronyCommand::Tracking, 7);

    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, std::errc::operation_would_block);
}

TEST(CheckReply, NamesWhatIsWrong)
{
    Bytes reply = tracking_reply({.sequence = 7});
    reply[0] = std::byte{5};
    EXPECT_EQ(refusal_of(reply), "what answered is no chronyd");
    reply = tracking_reply({.sequence = 7});
    reply[1] = std::byte{1};
    EXPECT_EQ(refusal_of(reply), "what answered is no chronyd");
    reply = tracking_reply({.sequence = 7});
    reply[5] = std::byte{34};
    EXPECT_EQ(refusal_of(reply), "chronyd answered another question");
    reply = tracking_reply({.sequence = 7});
    reply[7] = std::byte{6};
    EXPECT_EQ(refusal_of(reply), "chronyd answered with type 6");
    reply = tracking_reply({.sequence = 7});
    reply[9] = std::byte{2};
    EXPECT_EQ(refusal_of(reply), "chronyd does not answer this here (not authorised)");
    reply[9] = std::byte{18};
    EXPECT_EQ(refusal_of(reply), "chronyd speaks another version of its protocol");
    reply[9] = std::byte{19};
    EXPECT_EQ(refusal_of(reply), "chronyd refused: status 19");
}

TEST(CheckReply, RefusesEveryTruncation)
{
    const Bytes whole = tracking_reply({.sequence = 7});
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
        EXPECT_TRUE(refusal_of(cut).starts_with("chronyd's answer is cut short")) << length;
        EXPECT_FALSE(parse_tracking(cut)) << length;
    }
}

TEST(ParseTracking, ReadsARecordedAnswer)
{
    const auto said = parse_tracking(recorded_tracking());

    ASSERT_TRUE(said);
    EXPECT_EQ(said->reference_id, 0x7F000001U);
    EXPECT_EQ(said->address_family, 1);
    EXPECT_EQ(said->stratum, 9);
    EXPECT_EQ(said->leap, 0);
    EXPECT_EQ(to_text(said->reference_time), "2026-11-23T18:23:52Z");
    EXPECT_LT(abs(said->correction), 1ms);
    EXPECT_GT(said->root_delay, 0us);
    EXPECT_LT(said->root_delay, 10ms);
    EXPECT_GT(said->root_dispersion, 0us);
}

TEST(ParseTracking, NeverShrinksAnErrorBound)
{
    const auto said = parse_tracking(
        tracking_reply({.correction = 0x80000000, .delay = 0x03FFFFFF, .dispersion = 0xFFFFFFFF}));

    ASSERT_TRUE(said);
    EXPECT_GE(said->root_delay, 0s);
    EXPECT_GE(said->root_dispersion, 0s);
}

TEST(ParseTracking, SurvivesEveryFloat)
{
    for (std::uint32_t exponent = 0; exponent < 128; ++exponent)
        for (const std::uint32_t coefficient : {0U, 1U, 0xFFFFFFU, 0x1000000U, 0x1FFFFFFU}) {
            const std::uint32_t bits = exponent << 25U | coefficient;
            const auto said = parse_tracking(
                tracking_reply({.correction = bits, .delay = bits, .dispersion = bits}));
            ASSERT_TRUE(said);
            EXPECT_LE(abs(said->correction), Span{32000000000000000});
            EXPECT_GE(said->root_dispersion + said->root_delay / 2, 0s);
        }
}

TEST(ParseTracking, ReadsChronydsOwnFloat)
{
    // 1.0 is 2^24 * 2^(1 + 1 - 25 - 1): coefficient 0x0800000, exponent 2.
    const auto said = parse_tracking(tracking_reply({.correction = 2U << 25U | 0x800000U}));

    ASSERT_TRUE(said);
    EXPECT_EQ(said->correction, 1s);
}

TEST(ParseActivity, CountsBurstsAsOnline)
{
    Bytes reply(48);
    for (std::size_t i = 0; i < 5; ++i)
        reply[31 + 4 * i] = std::byte(i + 1);

    const auto activity = parse_activity(reply);

    ASSERT_TRUE(activity);
    EXPECT_EQ(activity->online, 4);
    EXPECT_EQ(activity->offline, 6);
    EXPECT_EQ(activity->unresolved, 5);
}

TEST(ParseSourceCount, DoesNotBelieveAForgedNumber)
{
    Bytes reply(32);
    reply[28] = reply[29] = reply[30] = reply[31] = std::byte{0xFF};

    EXPECT_EQ(parse_source_count(reply).value_or(-1), 1000);
}

}  // namespace
}  // namespace clockguard
