// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/time.hpp"

#include <fmt/core.h>
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

TEST(SpanText, RoundsToTheSmallerOfTwoUnits)
{
    EXPECT_EQ(to_text(Span{412us}), "412 us");
    EXPECT_EQ(to_text(Span{2600us}), "3 ms");
    EXPECT_EQ(to_text(Span{99400us}), "99 ms");
    EXPECT_EQ(to_text(Span{99500us}), "0.1 s");
    EXPECT_EQ(to_text(Span{-718ms}), "-0.7 s");
    EXPECT_EQ(to_text(Span{12250ms}), "12.3 s");
    EXPECT_EQ(to_text(Span{59949ms}), "59.9 s");
    EXPECT_EQ(to_text(Span{1h - 400ms}), "1 h");
    EXPECT_EQ(to_text(Span{days{1} - 29s}), "1 d");
    EXPECT_EQ(to_text(Span{days{30} - 400ms}), "30 d");
    EXPECT_EQ(to_text(Span{days{30} + 23h + 31min}), "31 d");
    EXPECT_EQ(to_text(forever - 1us), "106751991 d 4 h");
}

TEST(SpanText, KeepsMillisecondsWhereLengthsAreCompared)
{
    EXPECT_EQ(to_ms_text(Span{250ms}), "0.250 s");
    EXPECT_EQ(to_ms_text(Span{-1500us}), "-0.002 s");
    EXPECT_EQ(to_ms_text(Span{59999ms}), "59.999 s");
    EXPECT_EQ(to_ms_text(Span{59999500us}), "1 min");
    EXPECT_EQ(to_ms_text(Span{-5min}), "-5 min");
    EXPECT_EQ(to_ms_text(forever), "infinity");
}

TEST(SpanText, NamesTheTwoLargestUnits)
{
    EXPECT_EQ(to_text(Span{0}), "0 s");
    EXPECT_EQ(to_text(Span{59999ms}), "1 min");
    EXPECT_EQ(to_text(Span{1min}), "1 min");
    EXPECT_EQ(to_text(Span{-5min}), "-5 min");
    EXPECT_EQ(to_text(Span{1h - 1s}), "59 min 59 s");
    EXPECT_EQ(to_text(Span{3h + 2min}), "3 h 2 min");
    EXPECT_EQ(to_text(Span{days{1} - 1min}), "23 h 59 min");
    EXPECT_EQ(to_text(Span{days{30} + 4h}), "30 d 4 h");
    EXPECT_EQ(to_text(forever), "infinity");
}

TEST(OffsetText, SaysTheDirectionInWords)
{
    EXPECT_EQ(to_text(Offset{10ms, 1ms}), "0.010 s ahead (+/-0.001 s)");
    EXPECT_EQ(to_text(Offset{-3h, 1s}), "3 h behind (+/-1.000 s)");
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
    EXPECT_EQ(span_read("250ms"), "0.3 s");
    EXPECT_EQ(span_read("90s"), "1 min 30 s");
    EXPECT_EQ(span_read("5min"), "5 min");
    EXPECT_EQ(span_read("1h 30min"), "1 h 30 min");
    EXPECT_EQ(span_read("1h30min"), "1 h 30 min");
    EXPECT_EQ(span_read("2 weeks"), "14 d");
    EXPECT_EQ(span_read("0s"), "0 s");
    EXPECT_EQ(span_read("infinity"), "infinity");
}

TEST(ParseSpan, RefusesWhatLeavesTheUnitToAGuess)
{
    EXPECT_EQ(span_read("300"), "not a length of time: '300' (write it like 5min, 90s or 250ms)");
    for (const std::string_view text : {"", "-5s", "5 parsecs", "s", "1.5h", "9999999999s", " "})
        EXPECT_FALSE(parse_span(text)) << text;
}

/// Whoever adds one to a moment stays among those that there are.
TEST(ParseSpan, EndsAtAThousandYears)
{
    for (const std::string_view text : {"999999999w", "15250284w 15250284w", "365250d 1us"})
        EXPECT_EQ(span_read(text), fmt::format("'{}' is longer than 1000 years", text));
    EXPECT_EQ(parse_span("365250d").value_or(Span{}), longest_span);
    EXPECT_TRUE(parse_span("999999999s"));
}

}  // namespace
}  // namespace clockguard
