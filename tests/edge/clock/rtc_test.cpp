// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/rtc.hpp"

#include <cerrno>
#include <filesystem>
#include <gtest/gtest.h>

#include "clockguard/edge/clock/udev.hpp"
#include "support/fake_rtc.hpp"
#include "support/rtc_readings.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

const Root live{};

std::string first_read()
{
    const auto rtcs = list_rtcs(live);
    return rtcs && !rtcs->empty() ? text_of(read_rtc(live, rtcs->front())) : "no RTC";
}

TEST(ReadRtc, CountsMonthsFromZeroAndYearsFrom1900)
{
    FakeRtcs rtcs;
    rtcs.add({.set_system_clock = true, .shows = rtc_date(2026, 9, 9, 10)});

    const auto reading = read_rtc(live, list_rtcs(live)->front());

    ASSERT_TRUE(reading) << to_text(reading.error());
    EXPECT_EQ(text_of(reading), "2026-09-09T10:00:00Z");
    EXPECT_EQ(reading->device, "/dev/rtc0");
    EXPECT_EQ(reading->name, "rtc_cmos 00:04");
    EXPECT_EQ(reading->method, "RTC_RD_TIME");
    EXPECT_EQ(reading->held_by, "");
    EXPECT_TRUE(reading->set_system_clock);
}

TEST(ReadRtc, AsksSysfsWhileTheDeviceIsHeld)
{
    FakeRtcs rtcs;
    rtcs.add({.since_epoch = "1775204434", .read_errno = EBUSY});

    const auto reading = read_rtc(live, list_rtcs(live)->front());

    EXPECT_EQ(text_of(reading), "2026-04-03T08:20:34Z");
    ASSERT_TRUE(reading);
    EXPECT_EQ(reading->method, "sysfs since_epoch");
    EXPECT_EQ(reading->held_by, "another program");
}

TEST(ReadRtc, DoesNotAskSysfsAboutAClockThatAnswered)
{
    FakeRtcs rtcs;
    rtcs.add({.since_epoch = "1775204434", .read_errno = EINVAL});

    EXPECT_EQ(first_read(), "cannot read hardware clock '/dev/rtc0', which was never set or lost "
                            "power (RTC_RD_TIME): Invalid argument");
}

TEST(ReadRtc, ReadsTheDigitsOfALocalClockInTheZoneOfTheMachine)
{
    const Tree tree{{"/sys/class/rtc/rtc0/since_epoch", "1775204434\n"},
                    {"/etc/adjtime", "0.0 0 0.0\n0\nLOCAL\n"}};
    std::filesystem::copy_file("/usr/share/zoneinfo/Europe/Berlin", tree.path("/etc/localtime"));
    const Root root{.folder = tree.folder()};

    // 2026-04-03 08:20:34 on a wall in Berlin, two hours ahead of UTC in summer.
    EXPECT_EQ(text_of(read_rtc(root, list_rtcs(root)->front())), "2026-04-03T06:20:34Z");
}

TEST(RtcTrouble, IsUnknownWhateverTheDriverSays)
{
    for (const int error : {ENOTTY, EINVAL, EIO, EBUSY, ENODEV, EACCES}) {
        FakeRtcs rtcs;
        rtcs.add({.trouble_errno = error});

        EXPECT_EQ(read_rtc_trouble(live, list_rtcs(live)->front()), std::nullopt) << error;
    }
}

TEST(RtcTrouble, IsUnknownToMostDrivers)
{
    FakeRtcs rtcs;
    FakeRtc& rtc = rtcs.add({});
    const RtcDevice device = list_rtcs(live)->front();

    EXPECT_EQ(read_rtc_trouble(live, device), std::nullopt);
    rtc.trouble = RTC_VL_BACKUP_LOW;
    EXPECT_EQ(read_rtc_trouble(live, device), 2U);
}

TEST(SetRtc, WritesTheSixFieldsOfTheDate)
{
    FakeRtcs rtcs;
    const FakeRtc& rtc = rtcs.add({});
    const auto moment = parse_since_epoch("1775204434");

    const auto set = set_rtc(live, list_rtcs(live)->front(), *moment);

    ASSERT_TRUE(set) << to_text(set.error());
    ASSERT_EQ(rtc.written.size(), 1U);
    EXPECT_EQ(rtc.written[0].tm_year, 126);
    EXPECT_EQ(rtc.written[0].tm_mon, 3);
    EXPECT_EQ(rtc.written[0].tm_mday, 3);
    EXPECT_EQ(rtc.written[0].tm_hour, 8);
    EXPECT_EQ(rtc.written[0].tm_min, 20);
    EXPECT_EQ(rtc.written[0].tm_sec, 34);
    EXPECT_EQ(first_read(), "2026-04-03T08:20:34Z");
}

TEST(SetRtc, SaysThatItTakesRoot)
{
    FakeRtcs rtcs;
    const FakeRtc& rtc = rtcs.add({.set_errno = EACCES});

    const auto set = set_rtc(live, list_rtcs(live)->front(), {});

    ASSERT_FALSE(set);
    EXPECT_EQ(to_text(set.error()), "cannot set hardware clock '/dev/rtc0', which needs root "
                                    "(RTC_SET_TIME): Permission denied");
    EXPECT_TRUE(rtc.written.empty());
}

}  // namespace
}  // namespace clockguard
