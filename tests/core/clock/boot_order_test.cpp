// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/boot_order.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using Boots = std::vector<std::string>;

JournalPart part(std::string sequence, std::uint64_t first, int last_day, Boots boots)
{
    return {.header = {.sequence = std::move(sequence),
                       .first = first,
                       .last_wall = Instant{std::chrono::days{last_day}}},
            .boots = std::move(boots)};
}

TEST(BootOrder, IsThatOfTheFile)
{
    EXPECT_EQ(order_boots({part("s", 1, 9, {"a", "b", "c"})}, "c"), (Boots{"a", "b", "c"}));
}

TEST(BootOrder, GoesOnWhereFilesShareABoot)
{
    EXPECT_EQ(order_boots({part("u", 9, 1, {"c", "d"}), part("t", 5, 2, {"b", "c"}),
                           part("s", 1, 3, {"a", "b"})},
                          "d"),
              (Boots{"a", "b", "c", "d"}));
}

/// b's clock was a month ahead, and its file is one of its own.
TEST(BootOrder, IsThatOfTheCountWhateverTheClocksShowed)
{
    EXPECT_EQ(order_boots({part("s", 900, 12, {"d"}), part("s", 400, 10, {"c"}),
                           part("s", 200, 40, {"b"}), part("s", 1, 9, {"a"})},
                          "d"),
              (Boots{"a", "b", "c", "d"}));
}

TEST(BootOrder, IsThatOfTheLastDatesWhereNothingElseTells)
{
    EXPECT_EQ(
        order_boots({part("t", 1, 8, {"b"}), part("s", 1, 9, {"c"}), part("r", 1, 7, {"a"})}, "c"),
        (Boots{"a", "b", "c"}));
}

/// What was put aside before the newest file began is older than all that has been written since.
TEST(BootOrder, PutsNothingIntoTheNewestSequence)
{
    EXPECT_EQ(order_boots({part("s", 1, 9, {"b", "c"}), part("t", 1, 40, {"a"})}, "c"),
              (Boots{"a", "b", "c"}));
}

TEST(BootOrder, EndsWithTheNewestEvenWhereNoFileHasIt)
{
    EXPECT_EQ(order_boots({part("s", 1, 9, {"a"})}, "b"), (Boots{"a", "b"}));
    EXPECT_EQ(order_boots({}, "b"), Boots{"b"});
}

TEST(BootOrder, ListsEachOnceWhereFilesContradictEachOther)
{
    const Boots boots =
        order_boots({part("s", 1, 8, {"a", "b", "c"}), part("t", 1, 9, {"b", "a", "c"})}, "c");

    EXPECT_EQ(boots, (Boots{"a", "b", "c"}));
}

}  // namespace
}  // namespace clockguard
