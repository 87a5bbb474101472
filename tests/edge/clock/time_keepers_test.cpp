// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/time_keepers.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/tree.hpp"

namespace clockguard {
namespace {

TEST(ReadTimeKeepers, FindsNobodyOnAnEmptyDisk)
{
    const Tree tree;

    const TimeKeepers nobody = read_time_keepers(Root{tree.folder()});

    EXPECT_FALSE(nobody.chrony_installed || nobody.chrony_running || nobody.chrony_started ||
                 nobody.timesyncd.has_synchronized());
}

TEST(ReadTimeKeepers, KnowsAChronydByPidFileAndName)
{
    const Tree tree{{"/usr/sbin/chronyd", ""},
                    {"/run/chrony/chronyd.pid", "71\n"},
                    {"/proc/71/comm", "chronyd\n"}};
    const Tree reused{{"/run/chronyd.pid", "71\n"}, {"/proc/71/comm", "kubelite\n"}};
    const Tree hidden{{"/run/chronyd.pid", "71\n"}};

    EXPECT_TRUE(read_time_keepers(Root{tree.folder()}).chrony_installed);
    EXPECT_TRUE(read_time_keepers(Root{tree.folder()}).chrony_running);
    EXPECT_FALSE(read_time_keepers(Root{reused.folder()}).chrony_running);
    EXPECT_FALSE(read_time_keepers(Root{hidden.folder()}).chrony_running);
}

TEST(ReadTimeKeepers, SeesTheProcessesOfAUnitThatItMayNotSeeItself)
{
    const std::string slice = "/sys/fs/cgroup/system.slice/";
    const Tree debian{{slice + "chrony.service/cgroup.events", "populated 1\nfrozen 0\n"}};
    const Tree rhel{{slice + "chronyd.service/cgroup.events", "populated 1\nfrozen 0\n"}};
    const Tree restricted{{slice + "chronyd-restricted.service/cgroup.events", "populated 1\n"}};
    const Tree dead{{slice + "chronyd.service/cgroup.events", "populated 0\nfrozen 0\n"}};

    EXPECT_TRUE(read_time_keepers(Root{debian.folder()}).chrony_started);
    EXPECT_TRUE(read_time_keepers(Root{rhel.folder()}).chrony_started);
    EXPECT_TRUE(read_time_keepers(Root{restricted.folder()}).chrony_started);
    EXPECT_FALSE(read_time_keepers(Root{dead.folder()}).chrony_started);
    EXPECT_FALSE(read_time_keepers(Root{debian.folder()}).chrony_running);
}

TEST(ReadTimeKeepers, SeesUnitsInCgroupsOfTheFirstVersionToo)
{
    const Tree both{{"/sys/fs/cgroup/unified/system.slice/ntpsec.service/cgroup.procs", "71\n"},
                    {"/sys/fs/cgroup/systemd/system.slice/chrony.service/cgroup.procs", ""}};
    const Tree first{{"/sys/fs/cgroup/systemd/system.slice/ntpsec.service/cgroup.procs", "71\n"}};

    EXPECT_EQ(read_time_keepers(Root{both.folder()}).other, "ntpsec.service");
    EXPECT_FALSE(read_time_keepers(Root{both.folder()}).chrony_started);
    EXPECT_EQ(read_time_keepers(Root{first.folder()}).other, "ntpsec.service");
}

TEST(ReadTimeKeepers, KnowsTimesyncdByItsMarker)
{
    const Tree tree{{"/run/systemd/timesync/synchronized", ""}};

    EXPECT_TRUE(read_time_keepers(Root{tree.folder()}).timesyncd.has_synchronized());
}

TEST(ReadTimeKeepers, TakesNoStartBeyondAllTimeForOne)
{
    const std::string slice = "/sys/fs/cgroup/system.slice/systemd-timesyncd.service/";
    const Tree tree{{"/run/systemd/timesync/synchronized", ""},
                    {slice + "cgroup.procs", "71\n"},
                    {"/proc/71/stat", "71 (systemd-timesyn) S 1 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 "
                                      "20 0 2 0 999999999999999 0"}};

    EXPECT_TRUE(read_time_keepers(Root{tree.folder()}).timesyncd.has_synchronized());
}

TEST(ReadRatchets, TellsTheDateOfEachFileThatIsThere)
{
    const Tree tree{{"/var/lib/chrony/chrony.drift", "1.0 2.0\n"},
                    {"/var/lib/systemd/timesync/clock", ""}};
    const timespec dated[2] = {{.tv_sec = 1775203624, .tv_nsec = 0},
                               {.tv_sec = 1775203624, .tv_nsec = 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, tree.path("/var/lib/chrony/chrony.drift").c_str(),
                          static_cast<const timespec*>(dated), 0),
              0);

    const auto ratchets = read_ratchets(Root{tree.folder()});

    ASSERT_EQ(ratchets.size(), 2U);
    EXPECT_EQ(ratchets[0].path, "/var/lib/chrony/chrony.drift");
    EXPECT_EQ(ratchets[0].user, "chronyd -s");
    EXPECT_EQ(to_text(ratchets[0].dated), "2026-04-03T08:07:04Z");
    EXPECT_EQ(ratchets[1].user, "systemd-timesyncd");
    EXPECT_TRUE(read_ratchets(Root{Tree{}.folder()}).empty());
}

}  // namespace
}  // namespace clockguard
