// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/gate/nudge.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// When chronyd is nudged, if it is asked every 50 ms, as texts of time since boot.
std::vector<std::string> nudges(NudgeTimes& times, Uptime from, Uptime until)
{
    std::vector<std::string> seen;
    for (Uptime now = from; now < until; now += 50ms)
        if (times.is_due(now)) {
            times.nudged(now);
            seen.push_back(to_text(now.time_since_epoch()));
        }
    return seen;
}

TEST(NudgeTimes, AreNoneWithoutARoute)
{
    NudgeTimes times;

    EXPECT_TRUE(nudges(times, Uptime{}, Uptime{1h}).empty());
}

TEST(NudgeTimes, WaitAQuarterOfASecondAndThenTwiceAsLongEachTime)
{
    NudgeTimes times;
    times.route_came(Uptime{100s});

    EXPECT_EQ(nudges(times, Uptime{100s}, Uptime{2h}),
              (std::vector<std::string>{"1m40s", "1m50s", "2m10s", "2m50s", "4m10s", "6m50s",
                                        "12m10s", "22m10s", "32m10s", "42m10s", "52m10s", "1h02m",
                                        "1h12m", "1h22m", "1h32m", "1h42m", "1h52m"}));
}

TEST(NudgeTimes, BeginAQuarterOfASecondAfterTheLastOfManyChanges)
{
    NudgeTimes times;
    times.route_came(Uptime{1s});
    times.route_came(Uptime{1200ms});

    EXPECT_FALSE(times.is_due(Uptime{1449ms}));
    EXPECT_TRUE(times.is_due(Uptime{1450ms}));
}

TEST(NudgeTimes, EndWithTheRoute)
{
    NudgeTimes times;
    times.route_came(Uptime{1s});
    times.route_went();

    EXPECT_FALSE(times.is_due(Uptime{1h}));
}

TEST(NudgeTimes, AreNotBegunAnewByARouteThatComesAndGoes)
{
    NudgeTimes times;
    int count = 0;
    for (Uptime now{}; now < Uptime{10min}; now += 2s) {
        times.route_went();
        times.route_came(now);
        count += static_cast<int>(nudges(times, now, now + 2s).size());
    }

    EXPECT_EQ(count, 6);  // at 0, 10, 30, 70, 150 and 310 s
}

}  // namespace
}  // namespace clockguard
