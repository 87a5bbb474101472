// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/rtc/rtc_tick.hpp"

#include <cerrno>

#include <gtest/gtest.h>

#include "clockguard/edge/clock/udev.hpp"
#include "support/fake_rtc.hpp"
#include "support/rtc_readings.hpp"

namespace clockguard {
namespace {

const Root live{};

std::string told(UpdateInterrupt interrupt)
{
    return std::to_string(static_cast<int>(interrupt));
}

TEST(ReadRtcAtTick, IsToldByTheInterrupt)
{
    FakeRtcs rtcs;
    const FakeRtc& rtc =
        rtcs.add({.shows = rtc_date(2026, 9, 9, 10), .ticks_after = 5, .interrupts = true});

    const auto reading = read_rtc_at_tick(live, list_rtcs(live)->front());

    ASSERT_TRUE(reading) << to_text(reading.error());
    EXPECT_EQ(text_of(reading), "2026-09-09T10:00:01Z");
    EXPECT_EQ(reading->method, "update interrupt");
    EXPECT_EQ(told(reading->interrupt), told(UpdateInterrupt::Came));
    EXPECT_TRUE(reading->tick_error);
    EXPECT_FALSE(rtc.interrupts_on);
    EXPECT_EQ(rtc.switched_off, 1);
}

TEST(ReadRtcAtTick, LooksWhereTheInterruptNeverComes)
{
    FakeRtcs rtcs;
    const FakeRtc& rtc = rtcs.add({.shows = rtc_date(2026, 9, 9, 10), .ticks_after = 5});

    const auto reading = read_rtc_at_tick(live, list_rtcs(live)->front());

    ASSERT_TRUE(reading) << to_text(reading.error());
    EXPECT_EQ(text_of(reading), "2026-09-09T10:00:01Z");
    EXPECT_EQ(reading->method, "RTC_RD_TIME, polled");
    EXPECT_EQ(told(reading->interrupt), told(UpdateInterrupt::Missing));
    EXPECT_TRUE(reading->tick_error);
    EXPECT_EQ(rtc.switched_off, 1);
}

TEST(ReadRtcAtTick, LooksWhateverTheDriverSaysOfInterrupts)
{
    for (const int error : {ENOTTY, EINVAL, EIO, EBUSY, ENODEV, EACCES}) {
        FakeRtcs rtcs;
        const FakeRtc& rtc = rtcs.add(
            {.shows = rtc_date(2026, 9, 9, 10), .ticks_after = 3, .interrupts_errno = error});

        const auto reading = read_rtc_at_tick(live, list_rtcs(live)->front());

        ASSERT_TRUE(reading) << to_text(reading.error());
        EXPECT_EQ(reading->method, "RTC_RD_TIME, polled");
        EXPECT_EQ(told(reading->interrupt), told(UpdateInterrupt::Refused)) << error;
        EXPECT_EQ(rtc.switched_off, 0);
    }
}

TEST(ReadRtcAtTick, SwitchesInterruptsOffWhenTheClockFails)
{
    FakeRtcs rtcs;
    FakeRtc& rtc = rtcs.add({.shows = rtc_date(2026, 12, 31, 23), .ticks_after = 3});
    rtc.shows.tm_sec = 59;  // and 60 is no second

    const auto reading = read_rtc_at_tick(live, list_rtcs(live)->front());

    EXPECT_EQ(text_of(reading), "cannot read hardware clock '/dev/rtc0' (RTC_RD_TIME): impossible "
                                "date 2026-12-31 23:00:60");
    EXPECT_EQ(rtc.switched_off, 1);
}

TEST(ReadRtcAtTick, GivesTheCoarseTimeOfAClockThatStandsStill)
{
    FakeRtcs rtcs;
    rtcs.add({.shows = rtc_date(2026, 9, 9, 10)});

    const auto reading = read_rtc_at_tick(live, list_rtcs(live)->front());

    EXPECT_EQ(text_of(reading), "2026-09-09T10:00:00Z");
    ASSERT_TRUE(reading);
    EXPECT_TRUE(reading->stands_still);
    EXPECT_EQ(reading->method, "RTC_RD_TIME");
    EXPECT_EQ(reading->tick_error, std::nullopt);
}

TEST(ReadRtcAtTick, WatchesSysfsWhileTheDeviceIsHeld)
{
    FakeRtcs rtcs;
    rtcs.add({.since_epoch = "1775204434", .read_errno = EBUSY});

    const auto reading = read_rtc_at_tick(live, list_rtcs(live)->front());

    EXPECT_EQ(text_of(reading), "2026-04-03T08:20:34Z");
    ASSERT_TRUE(reading);
    EXPECT_EQ(reading->method, "sysfs since_epoch");
    EXPECT_EQ(reading->held_by, "another program");
    EXPECT_EQ(told(reading->interrupt), told(UpdateInterrupt::NotAsked));
}

std::string read_at_tick_failing_with(int error)
{
    FakeRtcs rtcs;
    rtcs.add({.shows = rtc_date(2026, 9, 9), .read_errno = error});
    return text_of(read_rtc_at_tick(live, list_rtcs(live)->front()));
}

TEST(ReadRtcAtTick, ExplainsEachError)
{
    EXPECT_EQ(read_at_tick_failing_with(ENOTTY),
              "cannot read hardware clock '/dev/rtc0', whose driver cannot do that (RTC_RD_TIME): "
              "Inappropriate ioctl for device");
    EXPECT_EQ(read_at_tick_failing_with(EINVAL),
              "cannot read hardware clock '/dev/rtc0', which was never set or lost power "
              "(RTC_RD_TIME): Invalid argument");
    EXPECT_EQ(read_at_tick_failing_with(EIO), "cannot read hardware clock '/dev/rtc0', which did "
                                              "not answer (RTC_RD_TIME): Input/output error");
    EXPECT_EQ(read_at_tick_failing_with(EBUSY), "cannot read hardware clock '/dev/rtc0', which "
                                                "another program holds (RTC_RD_TIME): Device or "
                                                "resource busy");
    EXPECT_EQ(read_at_tick_failing_with(ENODEV), "cannot read hardware clock '/dev/rtc0', which is "
                                                 "gone (RTC_RD_TIME): No such device");
    EXPECT_EQ(read_at_tick_failing_with(EACCES), "cannot read hardware clock '/dev/rtc0', which "
                                                 "needs root (RTC_RD_TIME): Permission denied");
}

}  // namespace
}  // namespace clockguard
