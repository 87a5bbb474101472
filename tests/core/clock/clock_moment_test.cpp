// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/clock_moment.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

const Instant boot{1789000000s};

ClockMoment moment(Span uptime, Span moved = {}, Span rtc_ahead = {})
{
    return {.uptime = uptime,
            .boot_instant = boot + moved,
            .raw_instant = boot + moved,
            .rtc_ahead = rtc_ahead};
}

TEST(IsStepped, TakesTheScatterOfReadingForNone)
{
    EXPECT_FALSE(is_stepped(boot, boot + 5ms));
    EXPECT_FALSE(is_stepped(boot, boot - 5ms));
    EXPECT_TRUE(is_stepped(boot, boot + 5ms + 1us));
    EXPECT_TRUE(is_stepped(boot, boot - 5ms - 1us));
}

TEST(HowItMoved, TellsStepsButNoLeapSecond)
{
    EXPECT_EQ(how_it_moved(moment(1min), moment(2min, 720h)), "the clock was stepped by 30 d");
    EXPECT_EQ(how_it_moved(moment(1min), moment(2min, -1s)), "");
    EXPECT_EQ(how_it_moved(moment(1min), moment(2min, 1500ms)), "");
    EXPECT_NE(how_it_moved(moment(1min), moment(2min, 1500ms + 1us)), "");
}

TEST(HowItMoved, TellsSlewsThatNoNtpClientMakesOfAKeptClock)
{
    ClockMoment slewed = moment(1h);
    *slewed.raw_instant += 359s;  // open-vm-tools: 10 % for an hour
    EXPECT_EQ(how_it_moved(moment(1s), slewed), "the clock was slewed by 5 min 59 s");

    ClockMoment kept = moment(240h);
    *kept.raw_instant += 432s;  // 500 ppm for ten days
    EXPECT_EQ(how_it_moved(moment(1s), kept), "");
    kept.raw_instant.reset();
    EXPECT_EQ(how_it_moved(moment(1s), kept), "");
}

TEST(StoodStill, ShowsByTheHardwareClockThatWentOn)
{
    EXPECT_EQ(stood_still(moment(1h), moment(2h, 0s, 240h)), 240h);
    EXPECT_FALSE(stood_still(moment(1h), moment(2h, 0s, 1min)));
}

TEST(StoodStill, IsNotWhatAStepDoes)
{
    // The system clock was set 30 d back, or a hardware clock that was ahead was set right.
    EXPECT_FALSE(stood_still(moment(1h), moment(2h, -720h, 720h)));
    EXPECT_FALSE(stood_still(moment(1h, 0s, 720h), moment(2h)));
}

TEST(StoodStill, IsUnknownWithoutAHardwareClock)
{
    ClockMoment without = moment(1h);
    without.rtc_ahead.reset();

    EXPECT_FALSE(stood_still(without, moment(2h, 0s, 240h)));
    EXPECT_FALSE(stood_still(moment(1h), without));
}

}  // namespace
}  // namespace clockguard
