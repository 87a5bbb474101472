// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/gate/nudge.hpp"

#include <vector>

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
              (std::vector<std::string>{"1 min 40 s", "1 min 50 s", "2 min 10 s", "2 min 50 s",
                                        "4 min 10 s", "6 min 50 s", "12 min 10 s", "22 min 10 s",
                                        "32 min 10 s", "42 min 10 s", "52 min 10 s", "1 h 2 min",
                                        "1 h 12 min", "1 h 22 min", "1 h 32 min", "1 h 42 min",
                                        "1 h 52 min"}));
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
