// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/journal_handle.hpp"

#include <gtest/gtest.h>

#include "support/journal_disk.hpp"

namespace clockguard {
namespace {

Result<JournalPtr> open_disk(const JournalDisk& disk)
{
    EXPECT_TRUE(disk.unpacked());
    EXPECT_TRUE(load<Libsystemd>());
    return open_files({disk.active()});
}

TEST(JournalHandle, FindsTheLastBootAndTheFirstEntryOfAny)
{
    const JournalDisk disk;
    const auto journal = open_disk(disk);
    ASSERT_TRUE(journal) << to_text(journal.error());

    EXPECT_EQ(last_boot_in(journal->get()).value_or("?"), std::string(32, 'b'));
    ASSERT_TRUE(seek_boot(journal->get(), std::string(32, 'b')));
    ASSERT_GT(sd().journal_previous(journal->get()), 0);
    EXPECT_EQ(boot_of(journal->get()), std::string(32, 'a'));
    EXPECT_FALSE(seek_boot(journal->get(), std::string(32, 'e')));
}

TEST(JournalHandle, SelectsABoot)
{
    const JournalDisk disk;
    const auto journal = open_disk(disk);
    ASSERT_TRUE(journal) << to_text(journal.error());

    select_boot(journal->get(), std::string(32, 'a'));

    sd().journal_seek_tail(journal->get());
    ASSERT_GT(sd().journal_previous(journal->get()), 0);
    EXPECT_EQ(boot_of(journal->get()), std::string(32, 'a'));
}

TEST(JournalHandle, SaysWhyAFileCannotBeOpened)
{
    const JournalDisk disk;
    disk.write_active("no journal");

    const auto journal = open_disk(disk);

    ASSERT_FALSE(journal);
    EXPECT_EQ(to_text(journal.error()).rfind("cannot open journal: ", 0), 0U);
}

TEST(JournalHandle, NamesAnOpenFile)
{
    const JournalDisk disk;
    const auto files = open_journal_files(disk.root());
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(path_of(files[0]).rfind("/proc/self/fd/", 0), 0U);
    EXPECT_EQ(path_of(JournalFile{}), "");
}

}  // namespace
}  // namespace clockguard
