// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/journal.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "clockguard/core/clock/clock_history.hpp"
#include "support/journal_disk.hpp"

namespace clockguard {
namespace {

struct Read {
    Result<BootJournal> journal;
    std::vector<LogEntry> entries{};
};

Read read_journal(const Root& root)
{
    std::vector<LogEntry> entries;
    auto journal =
        read_boot_journal(root, [&entries](const LogEntry& entry) { entries.push_back(entry); });
    return {.journal = std::move(journal), .entries = std::move(entries)};
}

TEST(Journal, TellsTheStoryOfTheLatestBoot)
{
    const JournalDisk disk;
    ASSERT_TRUE(disk.unpacked());

    const auto [journal, entries] = read_journal(disk.root());

    ASSERT_TRUE(journal) << to_text(journal.error());
    EXPECT_EQ(journal->boot_id, std::string(32, 'b'));
    EXPECT_FALSE(journal->read_until);
    const auto events = read_history(entries);
    ASSERT_EQ(events.size(), 5U);
    EXPECT_EQ(events[0].kind, ClockEventKind::SetFromRtc);
    EXPECT_EQ(events[0].since_boot, Span{3'300'000});
    EXPECT_EQ(to_text(*events[0].wall), "2026-04-03T08:07:04Z");
    EXPECT_EQ(events[1].kind, ClockEventKind::CertsReissued);
    EXPECT_EQ(events[1].source, "snap.microk8s.daemon-apiserver-kicker");
    EXPECT_EQ(events[2].kind, ClockEventKind::FoundWrong);
    EXPECT_EQ(events[3].kind, ClockEventKind::Stepped);
    EXPECT_EQ(events[3].amount, -std::chrono::seconds{2678423});
    EXPECT_EQ(to_text(*events[3].wall), "2026-03-03T08:07:19Z");
    EXPECT_EQ(events[4].kind, ClockEventKind::TimeChanged);
}

TEST(Journal, ReadsWhatOtherTimeKeepersDidAndTheLastLineOfAny)
{
    const JournalDisk disk{"keepers.journal.gz"};
    ASSERT_TRUE(disk.unpacked());

    const auto [journal, entries] = read_journal(disk.root());

    ASSERT_TRUE(journal) << to_text(journal.error());
    const auto events = read_history(entries);
    const auto timesyncd = std::ranges::find(events, "systemd-timesyncd", &ClockEvent::source);
    ASSERT_NE(timesyncd, events.end());
    EXPECT_EQ(timesyncd->kind, ClockEventKind::Stepped);
    EXPECT_EQ(timesyncd->amount, -std::chrono::days{30});
    EXPECT_EQ(std::ranges::count(events, std::chrono::seconds{3}, &ClockEvent::amount), 1);
    EXPECT_EQ(events.back().kind, ClockEventKind::Jumped);
    EXPECT_EQ(events.back().amount, std::chrono::days{1});
    EXPECT_EQ(events.back().since_boot, std::chrono::seconds{50});
}

TEST(Journal, TellsTheFirstLineOfAnyWhereTheStartIsGone)
{
    const JournalDisk disk{"vacuumed.journal.gz"};
    ASSERT_TRUE(disk.unpacked());

    const auto [journal, entries] = read_journal(disk.root());

    ASSERT_TRUE(journal) << to_text(journal.error());
    EXPECT_EQ(journal->begins, std::chrono::days{5});
    const auto events = read_history(entries);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, ClockEventKind::Jumped);
    EXPECT_EQ(events[0].amount, -std::chrono::days{1});
    EXPECT_EQ(events[0].after, std::chrono::days{5});
}

/// By the lines of those who tell of the clock it would be some time within two hours.
TEST(Journal, DatesSilentStepsByWhatAnythingWrote)
{
    const JournalDisk disk{"silent.journal.gz"};
    ASSERT_TRUE(disk.unpacked());

    const auto [journal, entries] = read_journal(disk.root());

    ASSERT_TRUE(journal) << to_text(journal.error());
    const auto events = read_history(entries);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].amount, -std::chrono::days{30});
    EXPECT_EQ(events[0].after, std::chrono::seconds{100});
    EXPECT_EQ(events[0].since_boot, std::chrono::seconds{110});
    EXPECT_EQ(events[1].amount, std::chrono::seconds{5});
    EXPECT_EQ(events[1].after, std::chrono::seconds{4000});
    EXPECT_EQ(events[1].since_boot, std::chrono::seconds{4010});
    EXPECT_EQ(std::ranges::count(entries, "Selected source 192.0.2.1", &LogEntry::text), 1);
}

TEST(Journal, FindsSilentStepsThatCancelEachOther)
{
    const JournalDisk disk{"excursion.journal.gz"};
    ASSERT_TRUE(disk.unpacked());

    const auto [journal, entries] = read_journal(disk.root());

    ASSERT_TRUE(journal) << to_text(journal.error());
    const auto events = read_history(entries);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].amount, std::chrono::hours{1});
    EXPECT_EQ(events[0].after, std::chrono::seconds{1500});
    EXPECT_EQ(events[0].since_boot, std::chrono::seconds{2000});
    EXPECT_EQ(events[1].amount, -std::chrono::hours{1});
    EXPECT_EQ(events[1].after, std::chrono::seconds{2500});
    EXPECT_EQ(events[1].since_boot, std::chrono::seconds{3000});
}

/// Of which so much is mapped that it is opened anew.
TEST(Journal, TellsEachOfVeryManyLinesOnce)
{
    const JournalDisk disk{"flood.journal.gz"};
    ASSERT_TRUE(disk.unpacked());
    const std::string much(std::size_t{32} << 20, 'x');

    const auto [journal, entries] = read_journal(disk.root());

    ASSERT_TRUE(journal && much.back() == 'x') << to_text(journal.error());
    EXPECT_EQ(std::ranges::count(entries, "kernel", &LogEntry::speaker), 5000);
    EXPECT_TRUE(std::ranges::is_sorted(entries, {}, &LogEntry::since_boot));
}

TEST(Journal, ReadsAnEarlierBoot)
{
    const JournalDisk disk;
    ASSERT_TRUE(disk.unpacked());
    std::vector<LogEntry> entries;
    const auto tell = [&entries](const LogEntry& entry) { entries.push_back(entry); };

    const auto journal = read_boot_journal(disk.root(), tell, {}, 1);

    ASSERT_TRUE(journal) << to_text(journal.error());
    EXPECT_EQ(journal->boot_id, std::string(32, 'a'));
    ASSERT_FALSE(entries.empty());
    EXPECT_EQ(to_text(entries.front().wall.value_or(Instant{})), "2026-03-01T07:00:03Z");
    const auto none = read_boot_journal(disk.root(), tell, {}, 2);
    ASSERT_FALSE(none);
    EXPECT_EQ(to_text(none.error()), "cannot read journal: it does not go back 2 boots");
    const auto alone = read_boot_journal(JournalDisk{"keepers.journal.gz"}.root(), tell, {}, 1);
    ASSERT_FALSE(alone);
    EXPECT_EQ(to_text(alone.error()), "cannot read journal: it does not go back 1 boot");
}

/// The oldest is in a file that was not closed, and its clock was a year ahead.
TEST(Journal, GoesBackBootByBoot)
{
    JournalDisk disk;
    disk.add("torn.journal.gz", "system@0006449f1d2e3c4a-5b6c7d8e9fa0b1c2.journal~");
    ASSERT_TRUE(disk.unpacked());
    const auto boot = [&disk](int back) {
        const auto journal = read_boot_journal(
            disk.root(), [](const LogEntry&) {}, {}, back);
        return journal ? journal->boot_id : to_text(journal.error());
    };

    EXPECT_EQ(boot(0), std::string(32, 'b'));
    EXPECT_EQ(boot(1), std::string(32, 'a'));
    EXPECT_EQ(boot(2), std::string(32, 'd'));
    EXPECT_EQ(boot(3), "cannot read journal: it does not go back 3 boots");
}

/// Where there is no time for those who may say very much.
Result<BootJournal> read_the_others(const JournalDisk& disk, std::vector<LogEntry>& entries)
{
    return read_boot_journal(disk.root(),
                             [&entries](const LogEntry& entry) { entries.push_back(entry); },
                             {.kernel = -std::chrono::seconds{1}, .all = std::chrono::minutes{5}});
}

/// The kernel may say very much.
TEST(Journal, ReadsTheOthersToTheEndWhenTheKernelsTimeIsUp)
{
    const JournalDisk disk{"keepers.journal.gz"};
    ASSERT_TRUE(disk.unpacked());
    std::vector<LogEntry> entries;

    const auto journal = read_the_others(disk, entries);

    ASSERT_TRUE(journal) << to_text(journal.error());
    EXPECT_EQ(journal->kernel_until, Span{0});
    EXPECT_FALSE(journal->read_until);
    EXPECT_EQ(std::ranges::count(entries, "kernel", &LogEntry::speaker), 1);
    EXPECT_EQ(std::ranges::count(entries, "systemd-timesyncd", &LogEntry::speaker), 1);
    EXPECT_EQ(entries.back().since_boot, std::chrono::seconds{50});
}

/// systemd may say without end that the time was changed: the step behind that is still told.
TEST(Journal, ReadsWhoStepsTheClockToTheEndWhenSystemdsTimeIsUp)
{
    const JournalDisk disk;
    ASSERT_TRUE(disk.unpacked());
    std::vector<LogEntry> entries;

    const auto journal = read_the_others(disk, entries);

    ASSERT_TRUE(journal) << to_text(journal.error());
    EXPECT_EQ(std::ranges::count(entries, "systemd", &LogEntry::speaker), 0);
    EXPECT_EQ(std::ranges::count(entries, "System clock was stepped by -2678423.000000 seconds",
                                 &LogEntry::text),
              1);
}

TEST(Journal, LeavesOutWhatAnybodyMayWrite)
{
    const JournalDisk disk;
    ASSERT_TRUE(disk.unpacked());

    const auto [journal, entries] = read_journal(disk.root());

    ASSERT_TRUE(journal) << to_text(journal.error());
    for (const LogEntry& entry : entries)
        EXPECT_EQ(entry.text.find("77.000000"), std::string::npos) << entry.speaker;
}

/// The boot before was switched off with its clock a year ahead.
TEST(Journal, TakesTheBootThatWasWrittenLastForTheNewest)
{
    JournalDisk disk;
    disk.add("torn.journal.gz", "system@0006449f1d2e3c4a-5b6c7d8e9fa0b1c2.journal~");
    ASSERT_TRUE(disk.unpacked());

    const auto [journal, entries] = read_journal(disk.root());

    ASSERT_TRUE(journal) << to_text(journal.error());
    EXPECT_EQ(journal->boot_id, std::string(32, 'b'));
}

TEST(Journal, ChangesNothingOnTheDisk)
{
    const JournalDisk disk;
    ASSERT_TRUE(disk.unpacked());
    const auto before = disk.tree().snapshot();

    ASSERT_TRUE(read_journal(disk.root()).journal);

    EXPECT_EQ(disk.tree().snapshot(), before);
}

TEST(Journal, SaysThatThereIsNone)
{
    const Tree tree;

    const auto journal = read_journal({.folder = tree.folder()}).journal;

    ASSERT_FALSE(journal);
    EXPECT_EQ(to_text(journal.error()), "cannot read journal: there is none");
}

TEST(Journal, SurvivesATornFile)
{
    const JournalDisk disk;
    ASSERT_TRUE(disk.unpacked());
    const std::string file =
        disk.tree().path("/var/log/journal/cccccccccccccccccccccccccccccccc/system.journal");
    std::filesystem::resize_file(file, 4096);

    const auto journal = read_journal(disk.root()).journal;
    ASSERT_FALSE(journal);
    EXPECT_EQ(journal.error().what, "cannot read journal '" + file + "'");
}

/// The boot before is told, and that it may not be the last.
TEST(Journal, SaysThatTheNewestFileCannotBeRead)
{
    JournalDisk disk;
    disk.write_active("LPKSHHRH, and then nothing of a journal");
    disk.add("incident.journal.gz", "system@0006449f1d2e3c4a-5b6c7d8e9fa0b1c2.journal~");
    ASSERT_TRUE(disk.unpacked());

    const auto journal = read_journal(disk.root()).journal;

    ASSERT_TRUE(journal) << to_text(journal.error());
    EXPECT_EQ(journal->boot_id, std::string(32, 'b'));
    EXPECT_NE(journal->trouble.find("/system.journal'"), std::string::npos) << journal->trouble;
}

/// journald begins another file within a boot, too.
TEST(Journal, SaysThatAnEarlierFileCannotBeRead)
{
    const std::string earlier = "system@0006449f1d2e3c4a-5b6c7d8e9fa0b1c2.journal";
    const JournalDisk disk;
    disk.write_beside(earlier, "LPKSHHRH, and then nothing of a journal");
    disk.write_beside("user-1000.journal", "LPKSHHRH, and then nothing of a journal");
    const JournalDisk whole;
    whole.write_beside("user-1000.journal", "LPKSHHRH, and then nothing of a journal");

    const auto journal = read_journal(disk.root()).journal;
    const auto other = read_journal(whole.root()).journal;

    ASSERT_TRUE(journal && other);
    EXPECT_EQ(journal->trouble, "");
    EXPECT_NE(journal->lost.find("/" + earlier + "'"), std::string::npos) << journal->lost;
    EXPECT_EQ(other->lost, "");
}

}  // namespace
}  // namespace clockguard
