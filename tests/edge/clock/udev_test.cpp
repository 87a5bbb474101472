// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/udev.hpp"

#include <gtest/gtest.h>

#include "support/fake_ptp.hpp"
#include "support/fake_rtc.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

const Root live{};

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

TEST(ListRtcs, SaysWhyTheFoldersCannotBeListed)
{
    const Tree tree{{"/sys/class/rtc", "no folder"}};

    const auto rtcs = list_rtcs({.folder = tree.folder()});

    ASSERT_FALSE(rtcs);
    EXPECT_EQ(to_text(rtcs.error()),
              "cannot list folder '" + tree.path("/sys/class/rtc") + "': Not a directory");
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

TEST(ListPtps, FindsNoneBelowAnEmptyRoot)
{
    const Tree tree;

    const auto clocks = list_ptps({.folder = tree.folder()});

    ASSERT_TRUE(clocks);
    EXPECT_TRUE(clocks->empty());
}

TEST(FindTimeSyncDevice, FindsTheDriverAndTheStateOfItsChannel)
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

TEST(FindTimeSyncDevice, TellsOneThatHasNoDriver)
{
    FakePtpClock clock{{}};
    clock.add_vmbus("1", false);

    const auto device = find_time_sync_device();

    ASSERT_TRUE(device);
    EXPECT_FALSE(device->bound);
    EXPECT_EQ(device->channel_state, 1);
}

TEST(FindTimeSyncDevice, TakesNoWordForAState)
{
    FakePtpClock clock{{}};
    clock.add_vmbus("open", true);

    EXPECT_EQ(find_time_sync_device()->channel_state, 0);
}

}  // namespace
}  // namespace clockguard
