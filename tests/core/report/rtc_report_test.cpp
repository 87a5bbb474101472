// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/rtc_report.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const Instant floor_time = parse_instant("2026-03-03T08:00:00Z").value_or(Instant{});
const Floor last_good{.last_trusted = TrustedMoment{.at = floor_time, .by = "chrony"}};

RtcSeen rtc_after_floor(Span after)
{
    const auto shows = std::chrono::floor<std::chrono::seconds>(floor_time + after);
    return {.device = {.node = "/dev/rtc0"}, .reading = RtcReading{.shows = shows}};
}

TEST(JudgeAgainstFloor, RefutesOnlyAClockThatIsCertainlyBehind)
{
    EXPECT_EQ(judge_against_floor(rtc_after_floor(days{31}), last_good).severity, Severity::Ok);
    EXPECT_EQ(judge_against_floor(rtc_after_floor(0s), last_good).severity, Severity::Ok);
    EXPECT_EQ(judge_against_floor(rtc_after_floor(-1s), last_good).code, "CG105");
    EXPECT_EQ(judge_against_floor(rtc_after_floor(-1s), last_good).severity, Severity::Warning);
}

}  // namespace
}  // namespace clockguard
