// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/time.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

std::string span_read(std::string_view text)
{
    const auto span = parse_span(text);
    return span ? to_text(*span) : to_text(span.error());
}

std::string instant_read(std::string_view text)
{
    const auto instant = parse_instant(text);
    return instant ? to_text(*instant) : to_text(instant.error());
}

TEST(SpanText, NamesTheTwoLargestUnits)
{
    EXPECT_EQ(to_text(Span{0}), "0.000s");
    EXPECT_EQ(to_text(Span{59999ms}), "59.999s");
    EXPECT_EQ(to_text(Span{1min}), "1m00s");
    EXPECT_EQ(to_text(Span{-5min}), "-5m00s");
    EXPECT_EQ(to_text(Span{1h - 1s}), "59m59s");
    EXPECT_EQ(to_text(Span{3h + 2min}), "3h02m");
    EXPECT_EQ(to_text(Span{days{1} - 1s}), "23h59m");
    EXPECT_EQ(to_text(Span{days{30} + 4h}), "30d04h");
    EXPECT_EQ(to_text(forever), "infinity");
}

TEST(OffsetText, SaysTheDirectionInWords)
{
    EXPECT_EQ(to_text(Offset{10ms, 1ms}), "0.010s ahead (+/-0.001s)");
    EXPECT_EQ(to_text(Offset{-3h, 1s}), "3h00m behind (+/-1.000s)");
}

TEST(InstantText, IsRfc3339InUtc)
{
    EXPECT_EQ(to_text(Instant{}), "1970-01-01T00:00:00Z");
    EXPECT_EQ(to_text(Instant{253402300799s}), "9999-12-31T23:59:59Z");
}

TEST(ParseInstant, ReadsWhatToTextWrites)
{
    EXPECT_EQ(instant_read("2026-09-09T10:11:12Z"), "2026-09-09T10:11:12Z");
    EXPECT_EQ(instant_read("9999-12-31T23:59:59Z"), "9999-12-31T23:59:59Z");
    const auto fine = parse_instant("1970-01-01T00:00:01.250000Z");
    ASSERT_TRUE(fine);
    EXPECT_EQ(fine->time_since_epoch(), 1250ms);
}

TEST(ParseInstant, RefusesWhatIsNoDate)
{
    for (const std::string_view text :
         {"", "Z", "2026-13-09T10:11:12Z", "2026-02-30T10:11:12Z", "2026-09-09T24:11:12Z",
          "2026-09-09T10:60:12Z", "2026-09-09 10:11:12Z", "2026-09-09T10:11:12",
          "2026-09-09T10:11:12+01:00", "-026-09-09T10:11:12Z", "2026-09-09T10:11:12.Z",
          "2026-09-09T10:11:12.5xZ"})
        EXPECT_FALSE(parse_instant(text)) << text;
}

TEST(ParseSpan, ReadsUnitsAsSystemdWritesThem)
{
    EXPECT_EQ(span_read("250ms"), "0.250s");
    EXPECT_EQ(span_read("90s"), "1m30s");
    EXPECT_EQ(span_read("5min"), "5m00s");
    EXPECT_EQ(span_read("1h 30min"), "1h30m");
    EXPECT_EQ(span_read("1h30min"), "1h30m");
    EXPECT_EQ(span_read("2 weeks"), "14d00h");
    EXPECT_EQ(span_read("0s"), "0.000s");
    EXPECT_EQ(span_read("infinity"), "infinity");
}

TEST(ParseSpan, RefusesWhatLeavesTheUnitToAGuess)
{
    EXPECT_EQ(span_read("300"), "not a length of time: '300' (write it like 5min, 90s or 250ms)");
    for (const std::string_view text : {"", "-5s", "5 parsecs", "s", "1.5h", "9999999999s", " "})
        EXPECT_FALSE(parse_span(text)) << text;
}

TEST(ParseSpan, EndsWhereMicrosecondsEnd)
{
    EXPECT_FALSE(parse_span("999999999w"));
    EXPECT_FALSE(parse_span("15250284w 15250284w"));
    EXPECT_TRUE(parse_span("999999999s"));
}

}  // namespace
}  // namespace clockguard
