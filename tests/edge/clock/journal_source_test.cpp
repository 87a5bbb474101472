// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/journal_source.hpp"

#include <gtest/gtest.h>

#include "edge/clock/journal_entry.hpp"
#include "support/journal_disk.hpp"

namespace clockguard {
namespace {

const std::string boot(32, 'b');

TEST(JournalSource, IsTheNewestBootOfADisk)
{
    const JournalDisk disk;
    ASSERT_TRUE(disk.unpacked());
    ASSERT_TRUE(load<Libsystemd>());

    const auto source = find_journal(disk.root());

    ASSERT_TRUE(source) << to_text(source.error());
    EXPECT_EQ(source->boot_id, boot);
    EXPECT_EQ(source->trouble, "");
    EXPECT_EQ(source->lost, "");
    EXPECT_TRUE(source->open());
}

TEST(JournalSource, SaysThatThereIsNone)
{
    ASSERT_TRUE(load<Libsystemd>());
    const Tree tree;

    const auto source = find_journal({.folder = tree.folder()});

    ASSERT_FALSE(source);
    EXPECT_EQ(to_text(source.error()), "cannot read journal: there is none");
}

TEST(JournalSource, IsOpenedAnewAtTheSameEntry)
{
    const JournalDisk disk;
    ASSERT_TRUE(disk.unpacked());
    ASSERT_TRUE(load<Libsystemd>());
    const auto source = find_journal(disk.root());
    ASSERT_TRUE(source) << to_text(source.error());
    auto journal = source->open();
    ASSERT_TRUE(journal) << to_text(journal.error());
    ASSERT_TRUE(seek_boot(journal->get(), boot));
    ASSERT_GT(sd().journal_next(journal->get()), 0);
    const auto before = read_entry(journal->get());
    ASSERT_GT(sd().journal_next(journal->get()), 0);
    const auto behind = read_entry(journal->get());
    ASSERT_GT(sd().journal_previous(journal->get()), 0);
    const sd_journal* const old = journal->get();

    const auto opened = open_anew(*journal, *source);

    ASSERT_TRUE(opened) << to_text(opened.error());
    EXPECT_NE(journal->get(), old);
    const auto again = read_entry(journal->get());
    ASSERT_TRUE(before && behind && again);
    EXPECT_EQ(again->text, before->text);
    EXPECT_EQ(again->since_boot, before->since_boot);
    ASSERT_GT(sd().journal_next(journal->get()), 0);
    EXPECT_EQ(read_entry(journal->get())->text, behind->text);
}

TEST(JournalSource, IsNotOpenedAnewWhereItStandsNowhere)
{
    const JournalDisk disk;
    ASSERT_TRUE(disk.unpacked());
    ASSERT_TRUE(load<Libsystemd>());
    const auto source = find_journal(disk.root());
    ASSERT_TRUE(source) << to_text(source.error());
    auto journal = source->open();
    ASSERT_TRUE(journal) << to_text(journal.error());

    EXPECT_FALSE(open_anew(*journal, *source));
    EXPECT_TRUE(*journal);
}

/// Which it has, by then.
TEST(JournalSource, KnowsWhetherMuchIsMapped)
{
    const std::string much(std::size_t{32} << 20, 'x');

    EXPECT_TRUE(maps_much()) << much.back();
    LettingGo letting_go;
    EXPECT_TRUE(letting_go.is_due());
    EXPECT_FALSE(letting_go.is_due());
    EXPECT_FALSE(letting_go.is_due());
}

}  // namespace
}  // namespace clockguard
