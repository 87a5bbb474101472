// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/rtc_report.hpp"

#include <gtest/gtest.h>

#include "support/rtc_after_floor.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

TEST(JudgeAgainstFloor, RefutesOnlyAClockThatIsCertainlyBehind)
{
    EXPECT_EQ(judge_against_floor(rtc_after_floor(days{31}), last_good).severity, Severity::Ok);
    EXPECT_EQ(judge_against_floor(rtc_after_floor(0s), last_good).severity, Severity::Ok);
    EXPECT_EQ(judge_against_floor(rtc_after_floor(-1s), last_good).code, "CG105");
    EXPECT_EQ(judge_against_floor(rtc_after_floor(-1s), last_good).severity, Severity::Warning);
}

}  // namespace
}  // namespace clockguard
