// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/clocks.hpp"

#include <gtest/gtest.h>

#include "support/fake_kernel.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

TEST(Clocks, AreReadInWholeMicroseconds)
{
    FakeKernel kernel;
    kernel.shows = {{CLOCK_REALTIME, {1772525411s + 1999ns}}, {CLOCK_BOOTTIME, {812s + 999ns}}};

    EXPECT_EQ(wall_now(), Instant{1772525411s + 1us});
    EXPECT_EQ(uptime_now(), Uptime{812s});
}

TEST(BootInstant, IsByTheTightestOfThreeReadings)
{
    FakeKernel kernel;
    kernel.shows = {{CLOCK_BOOTTIME, {100s, 100s + 9us, 200s, 200s + 2us, 300s, 300s + 5us}},
                    {CLOCK_REALTIME, {1100s, 1200s + 7us, 1300s + 1ms}}};

    EXPECT_EQ(boot_instant(), Instant{1000s + 6us});
    EXPECT_EQ(kernel.looks,
              (std::vector<clockid_t>{CLOCK_BOOTTIME, CLOCK_REALTIME, CLOCK_BOOTTIME,
                                      CLOCK_BOOTTIME, CLOCK_REALTIME, CLOCK_BOOTTIME,
                                      CLOCK_BOOTTIME, CLOCK_REALTIME, CLOCK_BOOTTIME}));
}

/// The first of two that are as tight.
TEST(BootInstant, IsByTheFirstReadingWhereNoneIsTighter)
{
    FakeKernel kernel;
    kernel.shows = {{CLOCK_BOOTTIME, {100s, 100s + 4us, 200s, 200s + 4us, 300s, 300s + 4us}},
                    {CLOCK_REALTIME, {1100s + 2us, 1200s + 50us, 1300s + 50us}}};

    EXPECT_EQ(boot_instant(), Instant{1000s});
}

TEST(RawInstant, LeavesOutTheTimeInSuspend)
{
    FakeKernel kernel;
    kernel.shows = {{CLOCK_BOOTTIME, {100s}},
                    {CLOCK_MONOTONIC, {90s}},
                    {CLOCK_MONOTONIC_RAW, {80s, 80s + 4us}},
                    {CLOCK_REALTIME, {1000s}}};

    EXPECT_EQ(raw_instant(), Instant{1000s - 80s - 2us - 10s});
}

TEST(ClockPair, IsTheWallClockAndTheMonotonicOne)
{
    FakeKernel kernel;
    kernel.shows = {{CLOCK_REALTIME, {1000s}}, {CLOCK_MONOTONIC, {90s}}, {CLOCK_BOOTTIME, {100s}}};

    EXPECT_EQ(read_clock_pair().wall, Instant{1000s});
    EXPECT_EQ(read_clock_pair().monotonic, 90s);
}

TEST(SleepUntil, GoesByTheClockThatNobodySteps)
{
    FakeKernel kernel;

    sleep_until(Uptime{812s + 250ms});

    ASSERT_EQ(kernel.sleeps.size(), 1U);
    EXPECT_EQ(kernel.sleeps[0].clock, CLOCK_BOOTTIME);
    EXPECT_EQ(kernel.sleeps[0].flags, TIMER_ABSTIME);
    EXPECT_EQ(kernel.sleeps[0].until, 812s + 250ms);
}

TEST(SleepUntil, GoesOnAfterASignal)
{
    FakeKernel kernel;
    kernel.signals = 2;

    sleep_until(Uptime{812s});

    ASSERT_EQ(kernel.sleeps.size(), 3U);
    EXPECT_EQ(kernel.sleeps[2].until, 812s);
}

TEST(SleepFor, CountsFromNow)
{
    FakeKernel kernel;
    kernel.shows = {{CLOCK_BOOTTIME, {100s + 5ms}}};

    sleep_for(250ms);

    ASSERT_EQ(kernel.sleeps.size(), 1U);
    EXPECT_EQ(kernel.sleeps[0].until, 100s + 255ms);
}

}  // namespace
}  // namespace clockguard
