// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/journal_boots.hpp"

#include <gtest/gtest.h>

#include "edge/clock/journal_handle.hpp"
#include "support/journal_disk.hpp"

namespace clockguard {
namespace {

using Boots = std::vector<std::string>;

const std::string a(32, 'a');
const std::string b(32, 'b');
const std::string d(32, 'd');

Boots boots_of(const JournalDisk& disk, const std::string& newest)
{
    EXPECT_TRUE(disk.unpacked());
    EXPECT_TRUE(load<Libsystemd>());
    return boots_in(open_journal_files(disk.root()), newest);
}

TEST(JournalBoots, AreThoseOfEachFileInTheOrderOfWriting)
{
    EXPECT_EQ(boots_of(JournalDisk{}, b), (Boots{a, b}));
}

TEST(JournalBoots, OfAFileThatWasPutAsideAreTheOlderOnes)
{
    JournalDisk disk;
    disk.add("torn.journal.gz", "system@0006449f1d2e3c4a-5b6c7d8e9fa0b1c2.journal~");

    EXPECT_EQ(boots_of(disk, b), (Boots{d, a, b}));
}

TEST(JournalBoots, OfAUserCountOnlyWhereNothingElseCanBeRead)
{
    JournalDisk disk;
    disk.add("torn.journal.gz", "user-1000.journal");
    EXPECT_EQ(boots_of(disk, b), (Boots{a, b}));

    disk.write_active("no journal");
    EXPECT_EQ(boots_of(disk, d), Boots{d});
}

TEST(JournalBoots, OfNothingReadableAreTheNewestAlone)
{
    const JournalDisk disk;
    disk.write_active("no journal");

    EXPECT_EQ(boots_of(disk, b), Boots{b});
}

}  // namespace
}  // namespace clockguard
