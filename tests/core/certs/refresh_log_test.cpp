// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/refresh_log.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

std::vector<RefreshRecord> at_minutes(std::initializer_list<int> minutes)
{
    std::vector<RefreshRecord> log;
    for (const int minute : minutes)
        log.push_back({.boot_id = "b", .uptime = std::chrono::minutes{minute}});
    return log;
}

TEST(RefreshLimit, AllowsThreeAnHour)
{
    EXPECT_EQ(refresh_objection({}, "b", 5min), "");
    EXPECT_EQ(refresh_objection(at_minutes({1, 2}), "b", 5min), "");
    EXPECT_EQ(refresh_objection(at_minutes({1, 2, 3}), "b", 5min),
              "limit of 3 refreshes an hour reached (next possible in 56 min). If you did not run "
              "them, something keeps overwriting the certificates");
}

/// What was typed counts, and is not refused: there may be more than three.
TEST(RefreshLimit, TellsWhenTheNextIsPossible)
{
    EXPECT_NE(refresh_objection(at_minutes({1, 20, 30, 40, 50}), "b", 55min).find("in 35 min)"),
              std::string::npos);
    EXPECT_NE(refresh_objection(at_minutes({1, 20, 30, 40, 50}), "b", 90min - 1s), "");
    EXPECT_EQ(refresh_objection(at_minutes({1, 20, 30, 40, 50}), "b", 90min), "");
}

TEST(RefreshLimit, ForgetsAfterAnHourOfUptime)
{
    EXPECT_NE(refresh_objection(at_minutes({1, 2, 3}), "b", 61min - 1us), "");
    EXPECT_EQ(refresh_objection(at_minutes({1, 2, 3}), "b", 61min), "");
}

TEST(RefreshLimit, CountsOnlyThisBoot)
{
    EXPECT_EQ(refresh_objection(at_minutes({1, 2, 3}), "another", 5min), "");
}

TEST(RefreshLog, KeepsTheNewestHundred)
{
    std::vector<RefreshRecord> log;
    for (int i = 0; i < 120; ++i)
        log = with_record(std::move(log), {.uptime = std::chrono::minutes{i}});

    ASSERT_EQ(log.size(), 100U);
    EXPECT_EQ(log.front().uptime, Span{20min});
    EXPECT_EQ(log.back().uptime, Span{119min});
}

}  // namespace
}  // namespace clockguard
