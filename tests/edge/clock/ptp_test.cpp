// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/ptp.hpp"

#include <gtest/gtest.h>

#include "clockguard/core/clock/time_sync_record.hpp"
#include "clockguard/core/clock/time_sync_words.hpp"
#include "clockguard/edge/clock/time_sync.hpp"
#include "clockguard/edge/clock/udev.hpp"
#include "support/fake_ptp.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

const Instant floor_time{std::chrono::seconds{1'700'000'000}};

TimeSyncView time_sync()
{
    return judge_hosts(look_at_hosts({}), floor_time).front();
}

TEST(ListPtps, FindsAClockByItsName)
{
    const FakePtpClock clock{{.clock_name = "KVM virtual PTP"}};

    const auto clocks = list_ptps({});

    ASSERT_TRUE(clocks);
    ASSERT_EQ(clocks->size(), 1U);
    EXPECT_EQ(clocks->front().node, "/dev/ptp0");
    EXPECT_EQ(clocks->front().clock_name, "KVM virtual PTP");
}

TEST(ListPtps, LooksBelowAnotherRoot)
{
    const Tree disk{{"/sys/class/ptp/ptp3/clock_name", "hyperv\n"}};

    const auto clocks = list_ptps({.folder = disk.folder()});

    ASSERT_TRUE(clocks);
    ASSERT_EQ(clocks->size(), 1U);
    EXPECT_EQ(clocks->front().node, "/dev/ptp3");
    EXPECT_EQ(clocks->front().clock_name, "hyperv");
}

TEST(ReadPtp, TakesNineSamples)
{
    const FakePtpClock clock{{.ahead_s = -2'592'000}};

    const auto reading = read_ptp({}, {.node = "/dev/ptp0"});

    ASSERT_TRUE(reading) << to_text(reading.error());
    EXPECT_EQ(reading->samples.size(), 9U);
    const auto offset = tightest_offset(*reading);
    ASSERT_TRUE(offset);
    EXPECT_EQ(to_text(offset->value), "30 d");
}

TEST(ReadPtp, NamesEveryError)
{
    struct Case {
        int number;
        const char* words;
    };
    for (const Case& each :
         {Case{ESTALE, "Stale file handle"}, Case{EACCES, "Permission denied"},
          Case{EIO, "Input/output error"}, Case{ENODEV, "No such device"},
          Case{EOPNOTSUPP, "Operation not supported"}, Case{EINVAL, "Invalid argument"},
          Case{EPERM, "Operation not permitted"}, Case{EBUSY, "Device or resource busy"},
          Case{ENOTTY, "Inappropriate ioctl for device"}}) {
        const FakePtpClock clock{{.read_errno = each.number}};
        const auto reading = read_ptp({}, {.node = "/dev/ptp0"});
        ASSERT_FALSE(reading);
        EXPECT_EQ(to_text(reading.error()),
                  "cannot read PTP clock '/dev/ptp0' (PTP_SYS_OFFSET): " + std::string{each.words});
    }
}

TEST(ReadTimeSync, BelievesALiveClock)
{
    const FakePtpClock clock{{}};

    const TimeSyncView view = time_sync();

    EXPECT_EQ(view.state, TimeSync::Live) << view.why;
    ASSERT_TRUE(view.offset);
    EXPECT_LT(abs(view.offset->value), std::chrono::seconds{2});
}

TEST(ReadTimeSync, DoesNotBelieveThePhantom)
{
    const FakePtpClock clock{{.shows_s = 6'802'270'475}};

    EXPECT_EQ(time_sync().state, TimeSync::PtpWithoutSample);
    EXPECT_EQ(time_sync().why, "the clock shows 2185-07-21T23:34:35Z: it has not heard the host "
                               "yet");
}

TEST(ReadTimeSync, TellsAStaleClock)
{
    const FakePtpClock clock{{.read_errno = ESTALE}};

    EXPECT_EQ(time_sync().state, TimeSync::PtpStale);
}

TEST(ReadTimeSync, TellsEveryOtherErrorAsOneAndWhatHelps)
{
    struct Case {
        int number;
        const char* helps;
    };
    const char* const wrong_node = "ls -l /dev/ptp*";
    for (const Case& each :
         {Case{EACCES, "sudo clockguard diagnose"}, Case{EPERM, "sudo clockguard diagnose"},
          Case{EBUSY, "sudo fuser -v /dev/ptp*"}, Case{ENOTTY, wrong_node},
          Case{EOPNOTSUPP, wrong_node}, Case{EINVAL, wrong_node},
          Case{ENODEV, "Enable-VMIntegrationService"}, Case{EIO, "sudo journalctl -k -g"}}) {
        const FakePtpClock clock{{.read_errno = each.number}};
        const TimeSyncView view = time_sync();
        EXPECT_EQ(view.state, TimeSync::Failed) << each.number;
        EXPECT_EQ(view.code.value(), each.number);
        EXPECT_FALSE(view.offset) << each.number;
        EXPECT_NE(to_text(advice_for(view)).find(each.helps), std::string::npos)
            << to_text(advice_for(view));
    }
}

TEST(ReadTimeSync, FindsTheDriverAndTheStateOfItsChannel)
{
    FakePtpClock clock{{.read_errno = ESTALE}};
    clock.add_vmbus("3", true);

    const auto device = find_time_sync_device();

    ASSERT_TRUE(device);
    EXPECT_TRUE(device->bound);
    EXPECT_EQ(device->channel_state, 3);
    EXPECT_FALSE(device->interrupts);
}

TEST(FindTimeSyncDevice, ReadsWhatItsChannelTook)
{
    FakePtpClock clock{{}};
    EXPECT_FALSE(find_time_sync_device());
    clock.add_vmbus("3", true);
    EXPECT_FALSE(find_time_sync_device()->interrupts);
    clock.count_interrupts("7\n");
    EXPECT_EQ(find_time_sync_device()->interrupts, 7U);

    for (const char* const broken : {"", "\n", "-7\n", "seven\n", "99999999999999999999\n"}) {
        clock.count_interrupts(broken);
        EXPECT_FALSE(find_time_sync_device()->interrupts) << broken;
    }
}

TEST(ReadHostClocks, FindsThoseOfOtherHypervisors)
{
    const FakePtpClock clock{{.clock_name = "KVM virtual PTP", .ahead_s = -3600}};

    const auto views = judge_hosts(look_at_hosts({}), floor_time);

    ASSERT_EQ(views.size(), 2U);
    EXPECT_EQ(views[0].state, TimeSync::NotHyperv);
    EXPECT_EQ(views[1].clock, "ptp:kvm");
    EXPECT_EQ(views[1].state, TimeSync::Live) << views[1].why;
    EXPECT_EQ(std::chrono::round<std::chrono::minutes>(views[1].offset->value).count(), 60);
}

TEST(ReadHostClocks, LeavesTheClockOfANetworkCardAlone)
{
    const FakePtpClock clock{{.clock_name = "mlx5_ptp"}};

    EXPECT_EQ(judge_hosts(look_at_hosts({}), floor_time).size(), 1U);
}

TEST(ReadHostClocks, TellsWhyOneCannotBeRead)
{
    const FakePtpClock clock{{.clock_name = "ptp_vmw", .read_errno = EIO}};

    const auto views = judge_hosts(look_at_hosts({}), floor_time);

    ASSERT_EQ(views.size(), 2U);
    EXPECT_EQ(views[1].clock, "ptp:vmware");
    EXPECT_EQ(views[1].state, TimeSync::Failed);
    EXPECT_EQ(views[1].code.value(), EIO);
}

TEST(ReadTimeSync, TakesTheCountAlong)
{
    FakePtpClock clock{{}};
    clock.add_vmbus("3", true);
    clock.count_interrupts("7\n");

    const TimeSyncView view = time_sync();

    ASSERT_TRUE(view.count);
    EXPECT_EQ(note_silence(view, HostCount{.messages = 6}).state, TimeSync::Live);
    EXPECT_EQ(note_silence(view, HostCount{.messages = 7}).state, TimeSync::PtpStale);
}

TEST(ReadTimeSync, IsNotHypervWithAnotherClock)
{
    const FakePtpClock clock{{.clock_name = "KVM virtual PTP"}};

    EXPECT_EQ(time_sync().state, TimeSync::NotHyperv);
}

}  // namespace
}  // namespace clockguard
