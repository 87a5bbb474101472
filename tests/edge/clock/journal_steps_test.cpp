// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/journal_steps.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "support/journal_disk.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// A disk whose clock was an hour ahead between two of the moments of its one boot.
class JournalSteps : public testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(disk.unpacked());
        ASSERT_TRUE(load<Libsystemd>());
        auto found = find_journal(disk.root());
        ASSERT_TRUE(found) << to_text(found.error());
        source = std::move(*found);
        auto opened = source.open();
        ASSERT_TRUE(opened) << to_text(opened.error());
        journal = std::move(*opened);
        const auto both = ends_of(journal.get(), source.boot_id);
        ASSERT_TRUE(both);
        ends = *both;
    }

    /// Since boot, what is told of the boot's two ends, after that look at it.
    std::vector<Span> told_after(Span look)
    {
        std::vector<Span> told;
        const std::function<void(const LogEntry&)> tell = [&told](const LogEntry& entry) {
            told.push_back(entry.since_boot);
        };
        StepTeller teller{tell, source};
        teller.look_into(ends, look);
        teller(ends.before);
        teller(ends.after);
        return told;
    }

    JournalDisk disk{"excursion.journal.gz"};
    JournalSource source{};
    JournalPtr journal{};
    Gap ends{};
};

TEST_F(JournalSteps, HaveTheEndsOfTheBoot)
{
    EXPECT_EQ(ends.before.since_boot, 3s);
    EXPECT_EQ(ends.after.since_boot, 8000s);
    EXPECT_EQ(ends.before.text, "");
    EXPECT_FALSE(ends_of(journal.get(), std::string(32, 'e')));
}

TEST_F(JournalSteps, AreDatedByWhatWasWrittenAround)
{
    EXPECT_EQ(told_after(1min), (std::vector<Span>{3s, 1500s, 2000s, 2500s, 3000s, 8000s}));
}

TEST_F(JournalSteps, ThatCancelEachOtherAreNotSeenFromTheEndsAlone)
{
    EXPECT_EQ(told_after(-1s), (std::vector<Span>{3s, 8000s}));
}

}  // namespace
}  // namespace clockguard
