// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/base/option_values.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

std::string read(const Result<Span>& span)
{
    return span ? to_text(*span) : span.error().what;
}

TEST(OneOf, ReadsEachWordAndNamesThemWhereItIsAnother)
{
    const auto parse = one_of<int>({{"release", 1}, {"hold", 2}});

    EXPECT_EQ(parse("hold").value_or(0), 2);
    EXPECT_EQ(parse("release").value_or(0), 1);
    const auto other = parse("holds");
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().what, "'holds' is not one of: release, hold");
}

TEST(ParseOffset, TakesOneThatIsBehind)
{
    EXPECT_EQ(read(parse_offset("30d")), "30 d");
    EXPECT_EQ(read(parse_offset("-2h")), "-2 h");
    EXPECT_EQ(read(parse_offset("infinity")), "an offset must be a length of time");
    EXPECT_EQ(read(parse_offset("-infinity")), "an offset must be a length of time");
    EXPECT_FALSE(parse_offset("--2h"));
}

TEST(ParseMoment, TakesNever)
{
    EXPECT_EQ(parse_moment("never").value_or(Span{}), forever);
    EXPECT_EQ(read(parse_moment("10s")), "10 s");
    EXPECT_FALSE(parse_moment("soon"));
}

TEST(ParseWatch, TakesALengthThatCanBeMeasuredAndEnds)
{
    EXPECT_EQ(read(parse_watch("2s")), "2 s");
    EXPECT_EQ(read(parse_watch("30d")), "30 d");
    for (const char* const beyond : {"1999ms", "31d", "infinity", "0s"})
        EXPECT_EQ(read(parse_watch(beyond)), "must be between 2s and 30d") << beyond;
    EXPECT_NE(read(parse_watch("x")), "must be between 2s and 30d");
}

TEST(ParseBoot, CountsBackwards)
{
    EXPECT_EQ(parse_boot("0").value_or(1), 0);
    EXPECT_EQ(parse_boot("-1").value_or(1), -1);
    for (const char* const other : {"1", "", "-", "-1x", "-10001", "-99999999999"})
        EXPECT_FALSE(parse_boot(other)) << other;
}

TEST(ParseReportFile, TakesWhatAReportIsWrittenAs)
{
    for (const char* file : {"/tmp/r.json", "/tmp/r.html", "r.svg"})
        EXPECT_EQ(parse_report_file(file).value_or(""), file);
    const auto other = parse_report_file("r.pdf");
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().what, "'r.pdf' does not end in .json, .html or .svg");
}

}  // namespace
}  // namespace clockguard
