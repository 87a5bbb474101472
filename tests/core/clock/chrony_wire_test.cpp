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

TEST(EncodeRequest, AsksWhomASourceFollowsByItsAddress)
{
    std::array<std::byte, 20> address{};
    address[0] = std::byte{0x7F};
    address[17] = std::byte{1};

    const Bytes request = encode_request_about(ChronyCommand::NtpData, 7, address);

    ASSERT_EQ(request.size(), 172U);
    EXPECT_EQ(request[5], std::byte{57});
    EXPECT_EQ(hex(Bytes(request.begin() + 20, request.begin() + 40)),
              "7f00000000000000000000000000000000010000");
    EXPECT_EQ(encode_request(ChronyCommand::SelectData, 1, 3)[23], std::byte{3});
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
    EXPECT_EQ(refusal_of(reply), "what answered is not chronyd");
    reply = tracking_reply({.sequence = 7});
    reply[1] = std::byte{1};
    EXPECT_EQ(refusal_of(reply), "what answered is not chronyd");
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

TEST(ParseActivity, CountsBurstsOfWhatIsOffline)
{
    Bytes reply(48);
    for (std::size_t i = 0; i < 5; ++i)
        reply[31 + 4 * i] = std::byte(i + 1);

    const auto activity = parse_activity(reply);

    ASSERT_TRUE(activity);
    EXPECT_EQ(activity->offline, 6);
    EXPECT_EQ(activity->unresolved, 5);
}

TEST(ParseSourceCount, DoesNotBelieveAForgedNumber)
{
    Bytes reply(32);
    reply[28] = reply[29] = reply[30] = reply[31] = std::byte{0xFF};

    EXPECT_EQ(parse_source_count(reply).value_or(-1), 1000);
}

// Answers of chronyd 4.3 to sequence 7, about a server that follows its own clock.
constexpr std::string_view source_data =
    "06020000000f000300000000000000000000000700000000000000007f000001000000000000000000000000000100"
    "0000060008000000000000000f00000001f292e793e0d8128ff0e42b3d";
constexpr std::string_view ntp_data =
    "060200000039001000000000000000000000000700000000000000007f000001000000000000000000000000000100"
    "007f00000100000000000000000000000000010000eb850004040806ecf0820000f08200007f7f0101000000006b33"
    "18b6138f435af36d186dee825117e0954f99e8d9ffbb0000000003ff444400000004000000040000000400000004ff"
    "ffffffffffffffffffffff";

Bytes unhex(std::string_view text)
{
    Bytes bytes;
    for (std::size_t at = 0; at + 1 < text.size(); at += 2)
        bytes.push_back(
            static_cast<std::byte>(std::stoi(std::string{text.substr(at, 2)}, nullptr, 16)));
    return bytes;
}

TEST(ParseSource, ReadsStateReachAndMeasurement)
{
    const Bytes reply = unhex(source_data);
    ASSERT_TRUE(check_reply(reply, ChronyCommand::SourceData, 7));
    const auto source = parse_source(reply);

    ASSERT_TRUE(source);
    EXPECT_EQ(source->state, SourceState::Selected);
    EXPECT_FALSE(source->is_reference_clock);
    EXPECT_EQ(source->poll, 6);
    EXPECT_EQ(source->reach, 15);
    EXPECT_LT(abs(source->latest), 1ms);
    EXPECT_GT(source->latest_error, Span{0});
    EXPECT_LT(source->latest_error, 2ms);
    EXPECT_EQ(hex(Bytes(source->address.begin(), source->address.end())),
              "7f00000100000000000000000000000000010000");
}

TEST(ParseSource, TakesAStateThatIsNotKnownForNoneToRelyOn)
{
    Bytes reply = unhex(source_data);
    reply[53] = std::byte{6};

    EXPECT_EQ(parse_source(reply)->state, SourceState::Nonselectable);
}

TEST(ParseNtpReference, ReadsWhomASourceFollows)
{
    Bytes reply = unhex(ntp_data);
    ASSERT_EQ(reply.size(), 152U);
    ASSERT_TRUE(check_reply(reply, ChronyCommand::NtpData, 7));
    const auto follows = parse_ntp_reference(reply);
    ASSERT_TRUE(follows);
    EXPECT_EQ(follows->id, 0x7F7F0101U);
    EXPECT_EQ(follows->stratum, 8);
    EXPECT_EQ(to_text(follows->root_delay), "992 us");
    reply[7] = std::byte{26};  // RPY_NTP_DATA2 of later versions
    EXPECT_TRUE(check_reply(reply, ChronyCommand::NtpData, 7));
    reply.pop_back();
    EXPECT_FALSE(parse_ntp_reference(reply));
}

TEST(ParseSelection, ReadsTheLetter)
{
    Bytes reply(76);
    reply[52] = std::byte{'x'};

    EXPECT_EQ(parse_selection(reply).value_or(0), 'x');
    reply.pop_back();
    EXPECT_FALSE(parse_selection(reply));
}

}  // namespace
}  // namespace clockguard
