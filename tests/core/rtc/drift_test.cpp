// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/rtc/drift.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

constexpr Instant start{Span{1'775'204'434s}};

/// A point so long after the start, of a clock that was right then.
DriftPoint point(Span after, Span ahead, Span error = 500us)
{
    return {.at = start + after, .ahead = {.value = ahead, .error = error}};
}

std::string told(const std::vector<DriftPoint>& points)
{
    const auto drift = estimate_drift(points);
    return drift ? to_text(*drift) : "nothing";
}

TEST(Drift, IsPositiveWhereTheClockRunsFast)
{
    EXPECT_EQ(told({point(0s, 0us), point(100s, 1000us)}),
              "runs fast by 10.00 ppm (+/-10.00 ppm, 95 %), 0.864 s a day");
    EXPECT_EQ(told({point(0s, 0us), point(100s, -1000us)}),
              "runs slow by 10.00 ppm (+/-10.00 ppm, 95 %), 0.864 s a day");
}

TEST(Drift, IsKnownBetterByMorePoints)
{
    // On a line, errors of 0.5 ms: 1.96 * 0.5 ms / sqrt(3) / sqrt(sum of squares about the middle).
    EXPECT_EQ(told({point(0s, 0us), point(50s, 500us), point(100s, 1000us)}),
              "runs fast by 10.00 ppm (+/-8.00 ppm, 95 %), 0.864 s a day");
}

TEST(Drift, IsKnownWorseWherePointsScatterBeyondTheirErrors)
{
    const auto drift = estimate_drift(
        std::vector{point(0s, 0us, 1us), point(50s, 1000us, 1us), point(100s, 1000us, 1us)});

    // Residuals -1/6, 1/3, -1/6 ms about a slope of 10 ppm; t for one degree of freedom.
    ASSERT_TRUE(drift);
    EXPECT_NEAR(drift->ppm, 10, 1e-6);
    EXPECT_NEAR(drift->error_ppm, 12.706 * 0.408248e-3 / 70.7107 * 1e6, 0.01);
}

TEST(Drift, ListensMoreToThePreciseReadings)
{
    const auto drift = estimate_drift(
        std::vector{point(0s, 0us, 100us), point(50s, 400ms, 500ms), point(100s, 1000us, 100us)});

    ASSERT_TRUE(drift);
    EXPECT_NEAR(drift->ppm, 10, 0.1);
}

TEST(Drift, NeedsTwoPointsApart)
{
    EXPECT_EQ(told({}), "nothing");
    EXPECT_EQ(told({point(0s, 0us)}), "nothing");
    EXPECT_EQ(told({point(0s, 0us), point(0s, 5us)}), "nothing");
}

TEST(Drift, IsDeterminedToASecondADay)
{
    EXPECT_TRUE(is_determined({.error_ppm = 10}));
    EXPECT_FALSE(is_determined({.error_ppm = 10.01}));
}

TEST(Drift, LiesWithinItsErrorNineteenTimesOfTwenty)
{
    const unsigned seed = std::random_device{}();
    std::mt19937 random{seed};
    std::uniform_int_distribution<int> within{-500, 500};
    int missed = 0;
    for (int round = 0; round < 1000; ++round) {
        std::vector<DriftPoint> points;
        for (int i = 0; i < 25; ++i)
            points.push_back(point(i * 5s, Span{i * 100 + within(random)}));
        const auto drift = estimate_drift(points);
        missed += drift && std::abs(drift->ppm - 20) <= drift->error_ppm ? 0 : 1;
    }
    EXPECT_LT(missed, 100) << "seed " << seed;
    EXPECT_GT(missed, 0) << "seed " << seed;
}

TEST(Undisturbed, EndsWhereAClockWasSet)
{
    const std::vector points{point(0s, 0us),       point(5s, 100us),     point(10s, 33'000us),
                             point(15s, 33'100us), point(20s, 33'200us), point(25s, 1s)};

    const auto longest = longest_undisturbed(points);

    ASSERT_EQ(longest.size(), 3U);
    EXPECT_EQ(longest.front().at, start + 10s);
}

TEST(Undisturbed, AllowsWhatAQuartzMayDo)
{
    // 500 ppm of 10 s, and the two errors.
    EXPECT_EQ(longest_undisturbed(std::vector{point(0s, 0us), point(10s, 6000us)}).size(), 2U);
    EXPECT_EQ(longest_undisturbed(std::vector{point(0s, 0us), point(10s, 6001us)}).size(), 1U);
    EXPECT_EQ(longest_undisturbed(std::vector{point(10s, 0us), point(0s, 0us)}).size(), 1U);
}

}  // namespace
}  // namespace clockguard
