// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/exact.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

TEST(ExactText, KeepsTheSeconds)
{
    EXPECT_EQ(to_hms_text(Span{days{31} + 23s}), "31 d 00:00:23");
    EXPECT_EQ(to_hms_text(Span{-days{31} - 23s}), "-31 d 00:00:23");
    EXPECT_EQ(to_hms_text(Span{days{1}}), "1 d 00:00:00");
    EXPECT_EQ(to_hms_text(Span{days{1} - 1s}), "23:59:59");
    EXPECT_EQ(to_hms_text(Span{days{1} - 400ms}), "1 d 00:00:00");
    EXPECT_EQ(to_hms_text(Span{1min}), "00:01:00");
    EXPECT_EQ(to_hms_text(Span{1min - 1ms}), "59.999 s");
    EXPECT_EQ(to_hms_text(Span{-1ms}), "-0.001 s");
    EXPECT_EQ(to_hms_text(Span{}), "0.000 s");
}

TEST(ExactText, SaysTheDirection)
{
    EXPECT_EQ(to_hms_text(Offset{.value = 2h}), "02:00:00 ahead");
    EXPECT_EQ(to_hms_text(Offset{.value = -250ms}), "0.250 s behind");
}

TEST(LimitText, HasNothingRoundedOff)
{
    EXPECT_EQ(to_limit_text(Span{2s}), "2 s");
    EXPECT_EQ(to_limit_text(Span{1500ms}), "1.5 s");
    EXPECT_EQ(to_limit_text(Span{250ms}), "0.250 s");
    EXPECT_EQ(to_limit_text(Span{5min}), "5 min");
    EXPECT_EQ(to_limit_text(forever), "infinity");
}

TEST(PlainText, IsATimeForPeople)
{
    EXPECT_EQ(to_plain_text(parse_instant("2026-04-03T08:07:34Z").value_or(Instant{})),
              "2026-04-03 08:07:34");
}

}  // namespace
}  // namespace clockguard
