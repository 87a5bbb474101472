// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/ptp_offset.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t base = 1'789'000'000 * second;

std::string offset_of(std::vector<PtpSample> samples)
{
    const auto offset = tightest_offset({.samples = std::move(samples)});
    return offset ? to_text(*offset) : to_text(offset.error());
}

TEST(TightestOffset, GoesByTheSampleOfTheShortestWindow)
{
    const auto offset = tightest_offset({.samples = {{base, base - 7 * second, base + 900'000},
                                                     {base, base - 3 * second, base + 20'000},
                                                     {base, base - 5 * second, base + 300'000}}});

    ASSERT_TRUE(offset);
    EXPECT_EQ(offset->value, 3s + 10us);
    EXPECT_EQ(offset->error, 12us);
}

TEST(TightestOffset, KnowsBothDirections)
{
    EXPECT_EQ(offset_of({{base, base + 30 * 86'400 * second, base}}), "30 d behind (+/-0.000 s)");
    EXPECT_EQ(offset_of({{base, base - 30 * 86'400 * second, base}}), "30 d ahead (+/-0.000 s)");
}

TEST(TightestOffset, PassesOverWhatIsNoTime)
{
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();

    EXPECT_EQ(offset_of({}), "no usable sample");
    EXPECT_EQ(offset_of({{base, most, base}, {base, least, base}, {most, base, least}}),
              "no usable sample");
    EXPECT_EQ(offset_of({{base + 1, base, base}}), "no usable sample");
    EXPECT_EQ(offset_of({{base + 1, base, base}, {base, base, base}}),
              "0.000 s ahead (+/-0.000 s)");
}

TEST(DeviceTime, IsWhatTheDeviceShows)
{
    EXPECT_EQ(
        to_text(
            device_time({.samples = {{base, 6'802'270'475 * second, base}}}).value_or(Instant{})),
        "2185-07-21T23:34:35Z");
    EXPECT_FALSE(device_time({}));
}

}  // namespace
}  // namespace clockguard
