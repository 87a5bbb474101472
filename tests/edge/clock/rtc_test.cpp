// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/rtc.hpp"
#include "clockguard/edge/rtc/rtc_tick.hpp"

#include <cerrno>
#include <filesystem>
#include <gtest/gtest.h>

#include "clockguard/edge/clock/udev.hpp"
#include "support/fake_rtc.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

const Root live{};

rtc_time shown(int year, int month, int day, int hour = 0)
{
    rtc_time time{};
    time.tm_year = year - 1900;
    time.tm_mon = month - 1;
    time.tm_mday = day;
    time.tm_hour = hour;
    return time;
}

std::string text_of(const Result<RtcReading>& reading)
{
    return reading ? to_text(Instant{reading->shows}) : to_text(reading.error());
}

std::string first_read()
{
    const auto rtcs = list_rtcs(live);
    return rtcs && !rtcs->empty() ? text_of(read_rtc(live, rtcs->front())) : "no RTC";
}

std::string read_failing_with(int error)
{
    FakeRtcs rtcs;
    rtcs.add({.shows = shown(2026, 9, 9), .read_errno = error});
    return first_read();
}

TEST(ListRtcs, FindsNoneOnAMachineWithoutOne)
{
    const FakeRtcs none;

    const auto rtcs = list_rtcs(live);

    ASSERT_TRUE(rtcs) << to_text(rtcs.error());
    EXPECT_TRUE(rtcs->empty());
}

TEST(ListRtcs, PutsTheOneThatSetTheClockFirst)
{
    FakeRtcs fake;
    fake.add({.name = "rtc-test rtc-test.0"});
    fake.add({.name = "rtc_cmos 00:04", .set_system_clock = true});
    fake.add({.name = "rtc-efi rtc-efi.0"});

    const auto rtcs = list_rtcs(live);

    ASSERT_TRUE(rtcs) << to_text(rtcs.error());
    ASSERT_EQ(rtcs->size(), 3U);
    EXPECT_EQ((*rtcs)[0].node, "/dev/rtc1");
    EXPECT_EQ((*rtcs)[0].name, "rtc_cmos 00:04");
    EXPECT_TRUE((*rtcs)[0].set_system_clock);
    EXPECT_EQ((*rtcs)[1].node, "/dev/rtc0");
    EXPECT_FALSE((*rtcs)[1].set_system_clock);
    EXPECT_EQ((*rtcs)[2].node, "/dev/rtc2");
}

TEST(ListRtcs, CountsTheFoldersBelowAnotherRoot)
{
    const Tree tree{{"/sys/class/rtc/rtc10/name", "rtc-ten\n"},
                    {"/sys/class/rtc/rtc2/name", "rtc-two\n"},
                    {"/sys/class/rtc/rtc2/hctosys", "0\n"},
                    {"/sys/class/rtc/rtc3/hctosys", "1\n"}};

    const auto rtcs = list_rtcs({.folder = tree.folder()});

    ASSERT_TRUE(rtcs) << to_text(rtcs.error());
    ASSERT_EQ(rtcs->size(), 3U);
    EXPECT_EQ((*rtcs)[0].node, "/dev/rtc3");
    EXPECT_EQ((*rtcs)[1].name, "rtc-two");
    EXPECT_EQ((*rtcs)[2].folder, "/sys/class/rtc/rtc10");
}

TEST(ListRtcs, FindsNoneBelowAnEmptyRoot)
{
    const Tree tree;

    const auto rtcs = list_rtcs({.folder = tree.folder()});

    ASSERT_TRUE(rtcs) << to_text(rtcs.error());
    EXPECT_TRUE(rtcs->empty());
}

TEST(ReadRtc, CountsMonthsFromZeroAndYearsFrom1900)
{
    FakeRtcs rtcs;
    rtcs.add({.set_system_clock = true, .shows = shown(2026, 9, 9, 10)});

    const auto reading = read_rtc(live, list_rtcs(live)->front());

    ASSERT_TRUE(reading) << to_text(reading.error());
    EXPECT_EQ(text_of(reading), "2026-09-09T10:00:00Z");
    EXPECT_EQ(reading->device, "/dev/rtc0");
    EXPECT_EQ(reading->name, "rtc_cmos 00:04");
    EXPECT_EQ(reading->method, "RTC_RD_TIME");
    EXPECT_EQ(reading->held_by, "");
    EXPECT_TRUE(reading->set_system_clock);
}

TEST(ReadRtc, RefusesAnImpossibleDate)
{
    FakeRtcs rtcs;
    FakeRtc& rtc = rtcs.add({.shows = shown(2026, 2, 30, 7)});
    EXPECT_EQ(first_read(), "cannot read hardware clock '/dev/rtc0' (RTC_RD_TIME): impossible date "
                            "2026-02-30 07:00:00");

    rtc.shows.tm_year = 2147483647;
    rtc.shows.tm_mon = 2147483647;
    EXPECT_EQ(first_read(), "cannot read hardware clock '/dev/rtc0' (RTC_RD_TIME): impossible date "
                            "2147485547-2147483648-30 07:00:00");
}

TEST(ReadRtc, ExplainsEachError)
{
    EXPECT_EQ(read_failing_with(EINVAL),
              "cannot read hardware clock '/dev/rtc0', which was never set or lost power "
              "(RTC_RD_TIME): Invalid argument");
    EXPECT_EQ(read_failing_with(ETIMEDOUT),
              "cannot read hardware clock '/dev/rtc0', which did not finish its update "
              "(RTC_RD_TIME): Connection timed out");
    EXPECT_EQ(read_failing_with(EIO),
              "cannot read hardware clock '/dev/rtc0', which did not answer "
              "(RTC_RD_TIME): Input/output error");
    EXPECT_EQ(read_failing_with(ENODEV), "cannot read hardware clock '/dev/rtc0', which is gone "
                                         "(RTC_RD_TIME): No such device");
    EXPECT_EQ(read_failing_with(EBUSY), "cannot read hardware clock '/dev/rtc0', which another "
                                        "program holds (RTC_RD_TIME): Device or resource busy");
    EXPECT_EQ(read_failing_with(ERANGE),
              "cannot read hardware clock '/dev/rtc0', which cannot hold "
              "that date (RTC_RD_TIME): Numerical result out of range");
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

TEST(ReadRtc, NamesTheFileThatHoldsNoDate)
{
    const Tree tree{{"/sys/class/rtc/rtc0/since_epoch", "yesterday\n"}};
    const Root root{.folder = tree.folder()};

    EXPECT_EQ(text_of(read_rtc(root, list_rtcs(root)->front())),
              "cannot read '" + tree.path("/sys/class/rtc/rtc0/since_epoch") + "': no date");
}

TEST(ReadRtc, NamesTheDeviceThatIsMissing)
{
    const Tree tree;

    const auto reading = read_rtc({.folder = tree.folder()}, {.node = "/dev/rtc0"});

    EXPECT_EQ(text_of(reading), "cannot read hardware clock '" + tree.folder() +
                                    "/dev/rtc0' (open): No such file or directory");
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

/// However the root is called, and where its link leads as its own machine sees it.
TEST(ReadRtc, KnowsTheZoneOfAnotherRoot)
{
    const Tree tree{{"/sys/class/rtc/rtc0/since_epoch", "1775204434\n"},
                    {"/etc/adjtime", "0.0 0 0.0\n0\nLOCAL\n"},
                    {"/usr/share/zoneinfo/Example/keep", ""}};
    std::filesystem::copy_file("/usr/share/zoneinfo/Europe/Berlin",
                               tree.path("/usr/share/zoneinfo/Example/One"));
    std::filesystem::create_symlink("/usr/share/zoneinfo/Example/One", tree.path("/etc/localtime"));
    const Root root{.folder = std::filesystem::relative(tree.folder()).string()};

    EXPECT_EQ(text_of(read_rtc(root, list_rtcs(root)->front())), "2026-04-03T06:20:34Z");
}

TEST(ReadRtc, KeepsTheCallersZone)
{
    ::setenv("TZ", "Asia/Tokyo", 1);
    const Tree tree{{"/sys/class/rtc/rtc0/since_epoch", "1775204434\n"},
                    {"/etc/adjtime", "0.0 0 0.0\n0\nLOCAL\n"}};
    const Root root{.folder = tree.folder()};

    EXPECT_EQ(text_of(read_rtc(root, list_rtcs(root)->front())), "2026-04-03T08:20:34Z");

    EXPECT_STREQ(std::getenv("TZ"), "Asia/Tokyo");
    ::unsetenv("TZ");
}

std::string told(UpdateInterrupt interrupt)
{
    return std::to_string(static_cast<int>(interrupt));
}

TEST(ReadRtcAtTick, IsToldByTheInterrupt)
{
    FakeRtcs rtcs;
    const FakeRtc& rtc =
        rtcs.add({.shows = shown(2026, 9, 9, 10), .ticks_after = 5, .interrupts = true});

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
    const FakeRtc& rtc = rtcs.add({.shows = shown(2026, 9, 9, 10), .ticks_after = 5});

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
        const FakeRtc& rtc =
            rtcs.add({.shows = shown(2026, 9, 9, 10), .ticks_after = 3, .interrupts_errno = error});

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
    FakeRtc& rtc = rtcs.add({.shows = shown(2026, 12, 31, 23), .ticks_after = 3});
    rtc.shows.tm_sec = 59;  // and 60 is no second

    const auto reading = read_rtc_at_tick(live, list_rtcs(live)->front());

    EXPECT_EQ(text_of(reading), "cannot read hardware clock '/dev/rtc0' (RTC_RD_TIME): impossible "
                                "date 2026-12-31 23:00:60");
    EXPECT_EQ(rtc.switched_off, 1);
}

TEST(ReadRtcAtTick, GivesTheCoarseTimeOfAClockThatStandsStill)
{
    FakeRtcs rtcs;
    rtcs.add({.shows = shown(2026, 9, 9, 10)});

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
    rtcs.add({.shows = shown(2026, 9, 9), .read_errno = error});
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

std::string set_failing_with(int error)
{
    FakeRtcs rtcs;
    rtcs.add({.set_errno = error});
    const auto set = set_rtc(live, list_rtcs(live)->front(), {});
    return set ? "set" : to_text(set.error());
}

TEST(SetRtc, ExplainsEachError)
{
    EXPECT_EQ(set_failing_with(ENOTTY), "cannot set hardware clock '/dev/rtc0', whose driver "
                                        "cannot do that (RTC_SET_TIME): Inappropriate ioctl for "
                                        "device");
    EXPECT_EQ(set_failing_with(EINVAL), "cannot set hardware clock '/dev/rtc0', which took the "
                                        "date for impossible (RTC_SET_TIME): Invalid argument");
    EXPECT_EQ(set_failing_with(EIO), "cannot set hardware clock '/dev/rtc0', which does not answer "
                                     "(RTC_SET_TIME): Input/output error");
    EXPECT_EQ(set_failing_with(EBUSY), "cannot set hardware clock '/dev/rtc0', which another "
                                       "program holds (RTC_SET_TIME): Device or resource busy");
    EXPECT_EQ(set_failing_with(ENODEV), "cannot set hardware clock '/dev/rtc0', which is gone "
                                        "(RTC_SET_TIME): No such device");
    EXPECT_EQ(set_failing_with(ERANGE), "cannot set hardware clock '/dev/rtc0', which cannot hold "
                                        "that date (RTC_SET_TIME): Numerical result out of range");
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
