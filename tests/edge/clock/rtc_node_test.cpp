// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/rtc_node.hpp"

#include <cerrno>
#include <stdexcept>

#include <gtest/gtest.h>

#include "support/fake_rtc.hpp"
#include "support/rtc_readings.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

const Root live{};

/// The first hardware clock, opened; the test ends where it cannot be.
RtcNode first_node(std::string_view verb = "read")
{
    auto node = RtcNode::open(live, "/dev/rtc0", verb);
    if (!node)
        throw std::runtime_error{to_text(node.error())};
    return std::move(*node);
}

std::string text_of(const Result<std::chrono::sys_seconds>& moment)
{
    return moment ? to_text(Instant{*moment}) : to_text(moment.error());
}

std::string read_date(const rtc_time& date)
{
    FakeRtcs rtcs;
    rtcs.add({.shows = date});
    return text_of(first_node().read_time());
}

std::string read_failing_with(int error)
{
    FakeRtcs rtcs;
    rtcs.add({.shows = rtc_date(2026, 9, 9), .read_errno = error});
    return text_of(first_node().read_time());
}

std::string set_failing_with(int error)
{
    FakeRtcs rtcs;
    rtcs.add({.set_errno = error});
    rtc_time date = rtc_date(2026, 9, 9);
    const auto set = first_node("set").ask({RTC_SET_TIME, "RTC_SET_TIME", "set"}, &date);
    return set ? "set" : to_text(set.error());
}

TEST(RtcNode, CountsMonthsFromZeroAndYearsFrom1900)
{
    EXPECT_EQ(read_date(rtc_date(2026, 9, 9, 10)), "2026-09-09T10:00:00Z");
    EXPECT_EQ(read_date(rtc_date(1900, 1, 1)), "1900-01-01T00:00:00Z");
    EXPECT_EQ(read_date(rtc_date(9999, 12, 31, 23)), "9999-12-31T23:00:00Z");
}

/// rtc_cmos leaves the day of the week and of the year at 0.
TEST(RtcNode, GoesByTheSixFieldsOfTheDate)
{
    rtc_time date = rtc_date(2026, 4, 3, 8);
    date.tm_min = 20;
    date.tm_sec = 34;
    date.tm_wday = 6;
    date.tm_yday = 300;
    date.tm_isdst = 1;

    EXPECT_EQ(read_date(date), "2026-04-03T08:20:34Z");
}

TEST(RtcNode, RefusesAnImpossibleDate)
{
    const std::string impossible =
        "cannot read hardware clock '/dev/rtc0' (RTC_RD_TIME): impossible date ";

    EXPECT_EQ(read_date(rtc_date(2026, 2, 30, 7)), impossible + "2026-02-30 07:00:00");
    EXPECT_EQ(read_date(rtc_date(2026, 13, 1)), impossible + "2026-13-01 00:00:00");
    EXPECT_EQ(read_date(rtc_date(2026, 0, 1)), impossible + "2026-00-01 00:00:00");
    EXPECT_EQ(read_date(rtc_date(1899, 12, 31)), impossible + "1899-12-31 00:00:00");
    EXPECT_EQ(read_date(rtc_date(10000, 1, 1)), impossible + "10000-01-01 00:00:00");
    rtc_time largest = rtc_date(2026, 2, 30, 7);
    largest.tm_year = 2147483647;
    largest.tm_mon = 2147483647;
    EXPECT_EQ(read_date(largest), impossible + "2147485547-2147483648-30 07:00:00");
}

TEST(RtcNode, ExplainsEachErrorOfARead)
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
    EXPECT_EQ(read_failing_with(ENXIO), "cannot read hardware clock '/dev/rtc0', which is gone "
                                        "(RTC_RD_TIME): No such device or address");
    EXPECT_EQ(read_failing_with(EBUSY), "cannot read hardware clock '/dev/rtc0', which another "
                                        "program holds (RTC_RD_TIME): Device or resource busy");
    EXPECT_EQ(read_failing_with(ERANGE),
              "cannot read hardware clock '/dev/rtc0', which cannot hold "
              "that date (RTC_RD_TIME): Numerical result out of range");
    EXPECT_EQ(read_failing_with(ENOTTY),
              "cannot read hardware clock '/dev/rtc0', whose driver cannot do that (RTC_RD_TIME): "
              "Inappropriate ioctl for device");
    EXPECT_EQ(read_failing_with(EACCES), "cannot read hardware clock '/dev/rtc0', which needs root "
                                         "(RTC_RD_TIME): Permission denied");
    EXPECT_EQ(read_failing_with(EPERM), "cannot read hardware clock '/dev/rtc0', which needs root "
                                        "(RTC_RD_TIME): Operation not permitted");
    EXPECT_EQ(read_failing_with(ENOMEM), "cannot read hardware clock '/dev/rtc0' (RTC_RD_TIME): "
                                         "Cannot allocate memory");
}

TEST(RtcNode, ExplainsEachErrorOfAWrite)
{
    EXPECT_EQ(set_failing_with(0), "set");
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

TEST(RtcNode, NamesTheDeviceThatIsMissing)
{
    const Tree tree;

    const auto node = RtcNode::open({.folder = tree.folder()}, "/dev/rtc0", "set");

    ASSERT_FALSE(node);
    EXPECT_EQ(to_text(node.error()), "cannot set hardware clock '" + tree.path("/dev/rtc0") +
                                         "' (open): No such file or directory");
    EXPECT_EQ(node.error().code, std::errc::no_such_file_or_directory);
}

TEST(RtcOutOfReach, IsWhatCouldNotBeAsked)
{
    for (const std::errc code :
         {std::errc::device_or_resource_busy, std::errc::permission_denied,
          std::errc::operation_not_permitted, std::errc::no_such_file_or_directory})
        EXPECT_TRUE(is_out_of_reach(make_error_code(code))) << make_error_code(code).message();
    for (const std::errc code : {std::errc::invalid_argument, std::errc::io_error,
                                 std::errc::no_such_device, std::errc::timed_out})
        EXPECT_FALSE(is_out_of_reach(make_error_code(code))) << make_error_code(code).message();
    EXPECT_FALSE(is_out_of_reach({}));
}

TEST(RtcSinceEpoch, IsReadFromSysfs)
{
    const Tree tree{{"/sys/class/rtc/rtc0/since_epoch", "1775204434\n"},
                    {"/sys/class/rtc/rtc1/since_epoch", "yesterday\n"}};
    const Root root{.folder = tree.folder()};

    EXPECT_EQ(text_of(read_since_epoch(root, "/sys/class/rtc/rtc0")), "2026-04-03T08:20:34Z");
    EXPECT_EQ(text_of(read_since_epoch(root, "/sys/class/rtc/rtc1")),
              "cannot read '" + tree.path("/sys/class/rtc/rtc1/since_epoch") + "': no date");
    EXPECT_EQ(text_of(read_since_epoch(root, "/sys/class/rtc/rtc2")),
              "cannot read '" + tree.path("/sys/class/rtc/rtc2/since_epoch") +
                  "': No such file or directory");
}

}  // namespace
}  // namespace clockguard
