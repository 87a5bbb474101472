// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/gate/boot_record.hpp"

#include <gtest/gtest.h>

#include "support/instant.hpp"

namespace clockguard {
namespace {

/// The times come from the clock on trial, which was a month ahead in the first of these boots.
TEST(BootRecord, IsNewerByItsNumberWhateverTheClockSaid)
{
    const BootRecord first{.number = 1, .taken_at = at("2026-04-03T08:07:04Z")};
    const BootRecord second{.number = 2, .taken_at = at("2026-03-03T09:00:00Z")};

    EXPECT_TRUE(is_newer(second, first));
    EXPECT_FALSE(is_newer(first, second));
}

TEST(BootRecord, IsNewerByItsTimeWhereNeitherWasCounted)
{
    const BootRecord first{.taken_at = at("2026-03-03T09:00:00Z")};
    const BootRecord second{.taken_at = at("2026-03-03T09:00:01Z")};

    EXPECT_TRUE(is_newer(second, first));
    EXPECT_FALSE(is_newer(first, second));
    EXPECT_FALSE(is_newer(first, first));
}

}  // namespace
}  // namespace clockguard
