// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/clock/boot_history.hpp"

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "support/journal_disk.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

const ReadingTime enough{};

BootHistory history_on(const JournalDisk& disk, const ReadingTime& time = enough)
{
    EXPECT_TRUE(disk.unpacked());
    return read_boot_history(disk.root(), 0, time);
}

TEST(BootHistory, IsThatOfTheLatestBoot)
{
    const BootHistory history = history_on(JournalDisk{});

    EXPECT_EQ(history.boot_id, std::string(32, 'b'));
    EXPECT_EQ(history.begins, 500us);
    EXPECT_EQ(history.error, "");
    ASSERT_EQ(history.events.size(), 5U);
    EXPECT_EQ(history.events[0].kind, ClockEventKind::SetFromRtc);
    EXPECT_EQ(history.events[0].zone, 0s);
    EXPECT_EQ(history.events[3].kind, ClockEventKind::Stepped);
    ASSERT_TRUE(history.last_wall);
    EXPECT_GE(*history.last_wall, *history.events[3].wall);
}

TEST(BootHistory, IsThatOfAnEarlierBootOrSaysThatThereIsNone)
{
    const JournalDisk disk;

    EXPECT_EQ(read_boot_history(disk.root(), 1).boot_id, std::string(32, 'a'));
    const BootHistory none = read_boot_history(disk.root(), 2);
    EXPECT_EQ(none.error, "cannot read journal: it does not go back 2 boots");
    EXPECT_TRUE(none.events.empty());
}

TEST(BootHistory, KnowsByAdjtimeThatTheHardwareClockKeepsLocalTime)
{
    JournalDisk disk;
    std::filesystem::create_directories(disk.tree().path("/etc"));
    std::filesystem::copy_file("/usr/share/zoneinfo/Europe/Berlin",
                               disk.tree().path("/etc/localtime"));
    EXPECT_EQ(history_on(disk).events[0].zone, 0s);

    disk.tree().write("/etc/adjtime", "0.0 0 0.0\n0\nLOCAL\n");

    EXPECT_EQ(history_on(disk).events[0].zone, 2h);
}

TEST(BootHistory, SaysWhatItHadNoTimeToRead)
{
    const JournalDisk disk;

    const BootHistory no_kernel = history_on(disk, {.kernel = -1s, .all = 1h});
    const BootHistory nothing = history_on(disk, {.kernel = -1s, .all = -1s});

    EXPECT_TRUE(no_kernel.error.starts_with(
        "the journal is too long to be read whole: what the kernel and systemd "))
        << no_kernel.error;
    EXPECT_TRUE(nothing.error.starts_with(
        "the journal is too long to be read whole: what came later than "))
        << nothing.error;
    EXPECT_TRUE(nothing.error.ends_with(" after boot was not read")) << nothing.error;
}

TEST(BootHistory, SaysThatTheLastBootMayBeAnother)
{
    JournalDisk disk;
    disk.write_active("LPKSHHRH, and then nothing of a journal");
    disk.add("incident.journal.gz", "system@0006449f1d2e3c4a-5b6c7d8e9fa0b1c2.journal~");

    const BootHistory history = history_on(disk);

    EXPECT_EQ(history.boot_id, std::string(32, 'b'));
    EXPECT_TRUE(history.error.ends_with(": the last boot may be another")) << history.error;
}

TEST(BootHistory, SaysThatAPartOfTheBootMayBeMissing)
{
    const JournalDisk disk;
    disk.write_beside("system@0006449f1d2e3c4a-5b6c7d8e9fa0b1c2.journal", "torn");

    const BootHistory history = history_on(disk);

    EXPECT_EQ(history.boot_id, std::string(32, 'b'));
    EXPECT_TRUE(history.error.ends_with(": a part of this boot may be in it")) << history.error;
}

}  // namespace
}  // namespace clockguard
