// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/rtc/rtc_tick.hpp"

#include <gtest/gtest.h>

#include "clockguard/core/base/exact.hpp"
#include "clockguard/core/clock/rtc.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_seconds;

constexpr Uptime start{Span{100s}};
constexpr Instant booted{Span{1'000'000s}};

/// A look that took 100 us, so long after the watch began.
RtcGlance glance(Span after, std::chrono::seconds shows)
{
    return {.shows = sys_seconds{1'000'100s + shows},
            .asked = start + after,
            .answered = start + after + 100us};
}

RtcReading reading_of(const TickWatch& watch)
{
    return watch.to_reading({.method = "RTC_RD_TIME"}, booted);
}

TEST(TickWatch, FindsTheTickBetweenTwoLooks)
{
    TickWatch watch{start, false};
    watch.look(glance(400ms, 0s), {});
    watch.look(glance(401ms, 1s), {});

    const RtcReading reading = reading_of(watch);

    EXPECT_TRUE(watch.is_over(start + 402ms));
    EXPECT_EQ(reading.method, "RTC_RD_TIME, polled");
    EXPECT_EQ(reading.interrupt, UpdateInterrupt::Refused);
    EXPECT_EQ(to_fine_text(rtc_offset(reading)), "0.599450 s behind (+/-0.000550 s)");
}

TEST(TickWatch, KnowsTheTickBetterByAnInterrupt)
{
    TickWatch watch{start, true};
    watch.look(glance(400ms, 0s), {});
    watch.look(glance(400'600us, 1s), start + 400'500us);

    const RtcReading reading = reading_of(watch);

    EXPECT_TRUE(watch.is_over(start + 401ms));
    EXPECT_EQ(reading.method, "update interrupt");
    EXPECT_EQ(reading.interrupt, UpdateInterrupt::Came);
    EXPECT_EQ(to_fine_text(rtc_offset(reading)), "0.599750 s behind (+/-0.000250 s)");
}

TEST(TickWatch, TakesNoInterruptForATickThatTheClockDoesNotShow)
{
    TickWatch watch{start, true};
    watch.look(glance(400ms, 0s), {});
    watch.look(glance(401ms, 0s), start + 400'500us);

    EXPECT_FALSE(watch.is_over(start + 402ms));
    EXPECT_FALSE(reading_of(watch).tick_error);
}

TEST(TickWatch, TakesNoJumpForATick)
{
    TickWatch watch{start, false};
    watch.look(glance(400ms, 0s), {});
    watch.look(glance(401ms, 2s), {});
    watch.look(glance(402ms, 1s), {});
    EXPECT_FALSE(watch.is_over(start + 403ms));

    watch.look(glance(403ms, 2s), {});
    EXPECT_TRUE(watch.is_over(start + 404ms));
    EXPECT_EQ(reading_of(watch).shows, sys_seconds{1'000'102s});
}

TEST(TickWatch, GivesALateInterruptTimeToCome)
{
    TickWatch watch{start, true};
    watch.look(glance(400ms, 0s), {});
    watch.look(glance(401ms, 1s), {});

    EXPECT_FALSE(watch.is_over(start + 451'099us));
    EXPECT_TRUE(watch.is_over(start + 451'100us));
    EXPECT_EQ(reading_of(watch).interrupt, UpdateInterrupt::Missing);

    watch.look(glance(403ms, 1s), start + 402ms);
    EXPECT_TRUE(watch.is_over(start + 403ms));
    EXPECT_EQ(reading_of(watch).interrupt, UpdateInterrupt::Came);
    EXPECT_EQ(reading_of(watch).method, "RTC_RD_TIME, polled");
}

TEST(TickWatch, EndsWhereNoSecondBegins)
{
    TickWatch watch{start, true};
    watch.look(glance(1198ms, 0s), {});

    EXPECT_FALSE(watch.is_over(start + 1200ms - 1us));
    EXPECT_TRUE(watch.is_over(start + 1200ms));
    EXPECT_TRUE(reading_of(watch).stands_still);
    EXPECT_EQ(reading_of(watch).method, "RTC_RD_TIME");
    EXPECT_EQ(to_text(rtc_offset(reading_of(watch))), "0.698 s ahead (+/-0.500 s)");
}

TEST(FineText, CountsMicroseconds)
{
    EXPECT_EQ(to_fine_text({.value = 92'413us, .error = 520us}),
              "0.092413 s ahead (+/-0.000520 s)");
    EXPECT_EQ(to_fine_text({.value = -(24h + 23s + 1us), .error = 1s}),
              "1 d 00:00:23.000001 behind (+/-1.000000 s)");
}

}  // namespace
}  // namespace clockguard
