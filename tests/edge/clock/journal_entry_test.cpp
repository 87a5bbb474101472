// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/journal_entry.hpp"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>
#include <systemd/sd-journal.h>

#include "clockguard/edge/base/handle.hpp"
#include "support/journal_disk.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using JournalPtr = Handle<sd_journal, sd_journal_close>;

JournalPtr opened(const JournalDisk& disk)
{
    const std::string file = disk.active();
    std::array<const char*, 2> files{file.c_str(), nullptr};
    sd_journal* journal = nullptr;
    EXPECT_EQ(sd_journal_open_files(&journal, files.data(), 0), 0);
    return JournalPtr{journal};
}

/// Every entry of a journal.
std::vector<LogEntry> entries_of(const std::string& data)
{
    const JournalDisk disk{data};
    EXPECT_TRUE(disk.unpacked());
    const JournalPtr journal = opened(disk);
    std::vector<LogEntry> entries;
    while (sd_journal_next(journal.get()) > 0)
        if (auto entry = read_entry(journal.get()))
            entries.push_back(std::move(*entry));
    return entries;
}

/// The one with this text.
LogEntry entry_saying(const std::string& text, const std::string& data = "keepers.journal.gz")
{
    const auto entries = entries_of(data);
    const auto found = std::ranges::find(entries, text, &LogEntry::text);
    EXPECT_NE(found, entries.end()) << text;
    return found == entries.end() ? LogEntry{} : *found;
}

TEST(JournalEntry, HasTheMomentAtWhichItWasWritten)
{
    const LogEntry entry =
        entry_saying("Initial clock synchronization to Tue 2026-03-03 08:00:35 UTC.");

    EXPECT_EQ(entry.since_boot, 35s);
    EXPECT_EQ(to_text(entry.wall.value_or(Instant{})), "2026-03-03T08:00:35Z");
    EXPECT_EQ(entry.speaker, "systemd-timesyncd");
}

/// journald got the kernel's early lines only when it started.
TEST(JournalEntry, HasTheKernelsOwnStampAndTheWallClockOfThen)
{
    const LogEntry entry = entry_saying(
        "rtc_cmos 00:04: setting system clock to 2026-04-02T08:00:02 UTC (1775116802)");

    EXPECT_EQ(entry.since_boot, 2s);
    EXPECT_EQ(to_text(entry.wall.value_or(Instant{})), "2026-04-02T08:00:02Z");
    EXPECT_EQ(entry.speaker, "kernel");
    EXPECT_EQ(entry_saying("Linux version 6.1.0-50-amd64").since_boot, 0s);
}

TEST(JournalEntry, BelievesNoStampThatComesAfterIt)
{
    const LogEntry torn = entry_saying("a line whose stamp is torn");

    EXPECT_EQ(torn.since_boot, 36s);
    EXPECT_EQ(to_text(torn.wall.value_or(Instant{})), "2026-03-03T08:00:36Z");
}

TEST(JournalEntry, IsOfWhomJournaldSaysAndNotOfWhomItSaysItself)
{
    EXPECT_EQ(entry_saying("cert change detected. Reconfiguring the kube-apiserver").speaker,
              "snap.microk8s.daemon-apiserver-kicker");
    EXPECT_EQ(entry_saying("System clock was stepped by 3.000000 seconds").speaker, "chronyd");
    EXPECT_EQ(entry_saying("the last line, a day further").speaker, "");
    const std::string incident = "incident.journal.gz";
    EXPECT_EQ(entry_saying("System clock was stepped by 77.000000 seconds", incident).speaker, "");
    EXPECT_EQ(entry_saying("Selected source 10.0.0.1", incident).speaker, "chronyd");
    EXPECT_EQ(entry_saying("Time has been changed", incident).speaker, "systemd");
}

TEST(JournalField, IsWhatStandsBehindItsName)
{
    const JournalDisk disk{"keepers.journal.gz"};
    ASSERT_TRUE(disk.unpacked());
    const JournalPtr journal = opened(disk);
    ASSERT_GT(sd_journal_next(journal.get()), 0);

    EXPECT_EQ(journal_field(journal.get(), "_HOSTNAME"), "edge-07");
    EXPECT_EQ(journal_field(journal.get(), "_SYSTEMD_UNIT"), "");
}

TEST(JournalEntry, IsAnErrorWhereTheJournalStandsAtNone)
{
    const JournalDisk disk{"keepers.journal.gz"};
    ASSERT_TRUE(disk.unpacked());

    const auto entry = read_entry(opened(disk).get());

    ASSERT_FALSE(entry);
    EXPECT_EQ(entry.error().what, "cannot read journal");
    EXPECT_TRUE(entry.error().code);
}

TEST(JournalTerms, AreFieldsThatOnlyJournaldWrites)
{
    using Term = std::vector<std::string>;
    const auto terms = journal_terms(true);
    const auto has_term = [&](const Term& term) {
        return std::ranges::find(terms, term) != terms.end();
    };

    EXPECT_TRUE(has_term({"MESSAGE_ID=c7a787079b354eaaa9e77b371893cd27", "_PID=1"}));
    for (const char* unit :
         {"systemd-timesyncd", "systemd-timedated", "snap.microk8s.daemon-apiserver-kicker",
          "chrony", "chronyd", "ntpd", "ntpsec", "openntpd", "ntpdate"})
        EXPECT_TRUE(has_term({"_SYSTEMD_UNIT=" + std::string{unit} + ".service"})) << unit;
    EXPECT_TRUE(has_term({"_EXE=/usr/sbin/chronyd"}));
    EXPECT_TRUE(has_term({"_EXE=/usr/local/bin/chronyd"}));
    EXPECT_TRUE(has_term({"_EXE=/usr/sbin/ntpdate"}));
    for (const Term& term : terms)
        EXPECT_EQ(term.back().front(), '_') << term.back();
}

TEST(JournalTerms, TakeTheKernelAndSystemdInWhereTheirTimeIsNotUp)
{
    using Term = std::vector<std::string>;
    for (const Term& term : {Term{"_TRANSPORT=kernel"},
                             Term{"MESSAGE_ID=c7a787079b354eaaa9e77b371893cd27", "_PID=1"}}) {
        EXPECT_EQ(std::ranges::count(journal_terms(true), term), 1);
        EXPECT_EQ(std::ranges::count(journal_terms(false), term), 0);
    }
}

TEST(JournalError, SaysWhatWasTried)
{
    EXPECT_EQ(to_text(journal_error("open", make_error_code(std::errc::permission_denied))),
              "cannot open journal: Permission denied");
}

}  // namespace
}  // namespace clockguard
