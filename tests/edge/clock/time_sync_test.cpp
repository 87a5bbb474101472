// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/time_sync.hpp"

#include <gtest/gtest.h>

#include "clockguard/core/clock/time_sync_record.hpp"
#include "clockguard/core/clock/time_sync_words.hpp"
#include "support/fake_ptp.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

const Instant floor_time{std::chrono::seconds{1'700'000'000}};

TimeSyncView time_sync()
{
    return judge_hosts(look_at_hosts({}), floor_time).front();
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

TEST(LookAtHosts, LooksTwiceWhereThereIsAClockToRead)
{
    const FakePtpClock clock{{}};

    const HostLooks seen = look_at_hosts({});

    EXPECT_TRUE(seen.first.has_ptp);
    EXPECT_GE(seen.second.at - seen.first.at, std::chrono::milliseconds{200});
    EXPECT_TRUE(seen.second.reading);
    EXPECT_TRUE(seen.others.empty());
}

TEST(LookAtHosts, LooksOnceWhereThereIsNone)
{
    const Tree disk{{"/sys/class/dmi/id/sys_vendor", "Microsoft Corporation\n"},
                    {"/sys/class/dmi/id/product_name", "Virtual Machine\n"},
                    {"/sys/bus/vmbus/uevent", ""}};

    const HostLooks seen = look_at_hosts({.folder = disk.folder()});

    EXPECT_TRUE(seen.first.machine_is_microsoft);
    EXPECT_TRUE(seen.first.has_vmbus);
    EXPECT_FALSE(seen.first.has_ptp);
    EXPECT_FALSE(seen.first.hypervisor_is_microsoft);
    EXPECT_FALSE(seen.first.device);
    EXPECT_EQ(seen.second.at, seen.first.at);
    EXPECT_TRUE(seen.others.empty());
}

TEST(LookAtHosts, LooksTwiceAtTheClockOfAnotherHypervisor)
{
    const FakePtpClock clock{{.clock_name = "KVM virtual PTP"}};

    const HostLooks seen = look_at_hosts({});

    ASSERT_EQ(seen.others.size(), 1U);
    EXPECT_EQ(seen.others[0].clock, "ptp:kvm");
    EXPECT_TRUE(seen.others[0].first && seen.others[0].second);
}

}  // namespace
}  // namespace clockguard
