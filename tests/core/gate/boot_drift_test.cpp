// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/gate/boot_drift.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const Instant newest = parse_instant("2026-11-20T08:00:00Z").value_or(Instant{});

/// Boots a week apart, newest first, whose hardware clock gained two seconds in each.
std::vector<BootRecord> boots(int count)
{
    std::vector<BootRecord> records;
    for (int i = 0; i < count; ++i) {
        const Instant at = newest - i * days{7};
        BootRecord boot{.number = 10 - i};
        boot.starts.rtc = ClaimedStart{.at = at + (10 - i) * 2s, .error = 500ms};
        boot.starts.network = ClaimedStart{.at = at, .error = 1ms};
        boot.starts.rtc_left_alone = i != 0;  // what the newest does to it comes after its start
        records.push_back(boot);
    }
    return records;
}

TEST(DriftPoints, TellTheRateOfAClockThatNobodySets)
{
    const auto points = drift_points(boots(4));

    ASSERT_EQ(points.size(), 4U);
    EXPECT_EQ(points.front().at, newest - days{21});
    EXPECT_EQ(points.back().ahead.value, 20s);
    EXPECT_EQ(points.back().ahead.error, 501ms);
    const auto drift = estimate_drift(points);
    ASSERT_TRUE(drift);
    EXPECT_EQ(to_text(*drift), "runs fast by 3.31 ppm (+/-0.42 ppm, 95 %), 0.286 s a day");
}

TEST(DriftPoints, EndWhereTheClockWasSetOrABootIsMissing)
{
    auto set = boots(5);
    set[2].starts.rtc_left_alone = false;
    EXPECT_EQ(drift_points(set).size(), 2U);

    auto missing = boots(5);
    missing.erase(missing.begin() + 2);
    EXPECT_EQ(drift_points(missing).size(), 2U);

    auto unheard = boots(5);
    unheard[3].starts.network.reset();
    EXPECT_EQ(drift_points(unheard).size(), 3U);

    auto uncounted = boots(3);
    uncounted[1].number = 0;
    EXPECT_EQ(drift_points(uncounted).size(), 1U);
    EXPECT_TRUE(drift_points({}).empty());
}

}  // namespace
}  // namespace clockguard
