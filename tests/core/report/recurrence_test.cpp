// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/recurrence.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const Instant newest = parse_instant("2026-11-20T08:00:00Z").value_or(Instant{});

/// Boots a day apart, newest first, whose hardware clocks were that far ahead.
std::vector<BootRecord> boots(const std::vector<Span>& ahead)
{
    std::vector<BootRecord> records;
    Instant at = newest;
    for (const Span span : ahead) {
        BootRecord boot;
        boot.starts.rtc = ClaimedStart{.at = at + span, .error = 1s};
        boot.starts.network = ClaimedStart{.at = at, .error = 1ms};
        records.push_back(boot);
        at -= days{1};
    }
    return records;
}

TEST(Recurrence, CountsTheLastFiveBootsAndDatesTheFirst)
{
    const Recurrence found =
        find_recurrence(boots({days{30}, days{30}, 0s, days{30} + 2s, days{30}, 0s, days{30}}));

    EXPECT_EQ(
        found.words,
        "4 of the last 5 boots with network time started 30 d 00:00:00 ahead, since 2026-11-14");
    EXPECT_TRUE(found.returns);
}

TEST(Recurrence, TellsTheRangeWhereBootsDiffer)
{
    EXPECT_EQ(find_recurrence(boots({days{28}, days{30}})).words,
              "2 of the last 2 boots with network time started between 28 d 00:00:00 ahead and 30 "
              "d 00:00:00 ahead, "
              "since 2026-11-19");
}

TEST(Recurrence, IsNoneOfOneBootOrOfWhatIsOver)
{
    EXPECT_FALSE(find_recurrence(boots({days{30}, 0s})).returns);
    EXPECT_FALSE(find_recurrence(boots({0s, days{30}, days{30}})).returns);
    EXPECT_EQ(find_recurrence(boots({0s, 59s, -59s})).words,
              "the last 3 boots with network time started right");
    EXPECT_EQ(find_recurrence(boots({0s})).words, "the last boot with network time started right");
}

TEST(Recurrence, PassesOverBootsOfWhichTooLittleIsKnown)
{
    std::vector<BootRecord> records = boots({0s, -60s, -60s});
    records.front().starts.network.reset();

    EXPECT_EQ(find_recurrence(records).words,
              "2 of the last 2 boots with network time started 00:01:00 behind, since 2026-11-18");
    EXPECT_EQ(find_recurrence({}).words,
              "no boot on record has both hardware clock and network time");
    EXPECT_EQ(find_recurrence({}).judged, 0);
}

}  // namespace
}  // namespace clockguard
