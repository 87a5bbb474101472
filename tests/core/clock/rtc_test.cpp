// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/rtc.hpp"

#include <gtest/gtest.h>
#include <random>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_seconds;

std::string shown(const RtcDigits& digits)
{
    const auto moment = to_moment(digits);
    return moment ? to_text(Instant{*moment}) : "impossible";
}

RtcDigits at(int hour, int minute, int second)
{
    return {.year = 2026, .month = 9, .day = 9, .hour = hour, .minute = minute, .second = second};
}

RtcDigits on(int year, int month, int day)
{
    return {.year = year, .month = month, .day = day};
}

Instant moment(std::string_view text)
{
    return parse_instant(text).value_or(Instant{});
}

TEST(RtcZone, IsLocalOnlyWhereAdjtimeSaysSo)
{
    EXPECT_EQ(parse_rtc_zone("0.0 0 0.0\n0\nLOCAL\n"), RtcZone::Local);
    EXPECT_EQ(parse_rtc_zone("0.0 0 0.0\n0\nLOCAL"), RtcZone::Local);
    EXPECT_EQ(parse_rtc_zone("0.0 0 0.0\r\n0\r\nLOCAL\r\n"), RtcZone::Local);
    EXPECT_EQ(parse_rtc_zone("0.0 0 0.0\n0\nUTC\n"), RtcZone::Utc);
    EXPECT_EQ(parse_rtc_zone("LOCAL\nLOCAL\n"), RtcZone::Utc);
    EXPECT_EQ(parse_rtc_zone("0.0 0 0.0\n0\nLOCALE\n"), RtcZone::Utc);
    EXPECT_EQ(parse_rtc_zone("0.0 0 0.0\n0\nlocal\n"), RtcZone::Utc);
    EXPECT_EQ(parse_rtc_zone(std::string_view{"\0\0\0", 3}), RtcZone::Utc);
    EXPECT_EQ(parse_rtc_zone(""), RtcZone::Utc);
    EXPECT_EQ(parse_rtc_zone("0.0 0 0.0\n0\n LOCAL \n"), RtcZone::Utc);
    EXPECT_EQ(parse_rtc_zone("0.0 0 0.0\n0\nLOCAL\t\n"), RtcZone::Utc);
    EXPECT_EQ(parse_rtc_zone("0.0 0 0.0\r0\rLOCAL\r"), RtcZone::Local);
    EXPECT_EQ(parse_rtc_zone(std::string_view{"0.0 0 0.0\n0\nLOCAL\0x", 19}), RtcZone::Local);
    EXPECT_EQ(parse_rtc_zone("0.0 0 0.0\n\nLOCAL\n"), RtcZone::Local);
    EXPECT_EQ(parse_rtc_zone("0.0 0 0.0\n\r\nLOCAL\n"), RtcZone::Local);
    EXPECT_EQ(parse_rtc_zone("0.0 0 0.0\n\n\nLOCAL\n"), RtcZone::Utc);
}

TEST(RtcDigits, RefusesImpossibleDates)
{
    EXPECT_EQ(shown(on(2026, 9, 9)), "2026-09-09T00:00:00Z");
    EXPECT_EQ(shown(on(2028, 2, 29)), "2028-02-29T00:00:00Z");
    EXPECT_EQ(shown(on(2026, 2, 29)), "impossible");
    EXPECT_EQ(shown(on(2026, 0, 9)), "impossible");
    EXPECT_EQ(shown(on(2026, 13, 9)), "impossible");
    EXPECT_EQ(shown(on(2026, 9, 0)), "impossible");
    EXPECT_EQ(shown(on(2026, 9, 31)), "impossible");
    EXPECT_EQ(shown(on(1900, 1, 1)), "1900-01-01T00:00:00Z");
    EXPECT_EQ(shown(on(1899, 12, 31)), "impossible");
    EXPECT_EQ(shown(on(9999, 12, 31)), "9999-12-31T00:00:00Z");
    EXPECT_EQ(shown(on(10000, 1, 1)), "impossible");
    EXPECT_EQ(shown(on(2026 + 65536, 9, 9)), "impossible");
}

TEST(RtcDigits, RefusesImpossibleTimes)
{
    EXPECT_EQ(shown(at(23, 59, 59)), "2026-09-09T23:59:59Z");
    EXPECT_EQ(shown(at(24, 0, 0)), "impossible");
    EXPECT_EQ(shown(at(0, 60, 0)), "impossible");
    EXPECT_EQ(shown(at(0, 0, 60)), "impossible");
    EXPECT_EQ(shown(at(1, -1, 0)), "impossible");
    EXPECT_EQ(shown(at(-1, 0, 0)), "impossible");
    EXPECT_EQ(shown(at(1, 0, -1)), "impossible");
}

TEST(RtcDigits, SurviveTheWayThereAndBack)
{
    const unsigned seed = std::random_device{}();
    std::mt19937_64 random{seed};
    std::uniform_int_distribution<std::int64_t> any{-2208988800, 253402300799};

    for (int round = 0; round < 10000; ++round) {
        const sys_seconds when{std::chrono::seconds{any(random)}};
        EXPECT_EQ(to_moment(to_digits(when)), when) << "seed " << seed;
    }
}

TEST(SinceEpoch, IsOneWholeNumber)
{
    EXPECT_EQ(parse_since_epoch("1775204434\n"), sys_seconds{1775204434s});
    EXPECT_EQ(parse_since_epoch("-1"), sys_seconds{-1s});
    EXPECT_EQ(parse_since_epoch("253402300799"), sys_seconds{253402300799s});
    EXPECT_EQ(parse_since_epoch("253402300800"), std::nullopt);
    EXPECT_EQ(parse_since_epoch("-2208988801"), std::nullopt);
    EXPECT_EQ(parse_since_epoch("1775204434.5"), std::nullopt);
    EXPECT_EQ(parse_since_epoch("99999999999999999999"), std::nullopt);
    EXPECT_EQ(parse_since_epoch("\n"), std::nullopt);
    EXPECT_EQ(parse_since_epoch(""), std::nullopt);
}

TEST(RtcOffset, TakesTheMiddleOfTheSecondShown)
{
    const RtcReading reading{
        .shows = std::chrono::floor<std::chrono::seconds>(moment("2026-09-09T10:00:00Z")),
        .taken_at = moment("2026-09-09T10:00:00.250Z")};

    EXPECT_EQ(to_text(rtc_offset(reading)), "0.250 s behind (+/-0.500 s)");
}

std::string zone_of(Span ahead, Span error = 500ms)
{
    const auto shift = local_time_shift({.value = ahead, .error = error});
    return shift ? zone_text(*shift) : "none";
}

TEST(LocalTime, IsAWholeNumberOfQuarterHours)
{
    EXPECT_EQ(zone_of(2h), "UTC+02:00");
    EXPECT_EQ(zone_of(-9h - 30min), "UTC-09:30");
    EXPECT_EQ(zone_of(5h + 45min), "UTC+05:45");
    EXPECT_EQ(zone_of(15min), "UTC+00:15");
    EXPECT_EQ(zone_of(10min), "none");
    EXPECT_EQ(zone_of(std::chrono::days{30}), "none");
}

TEST(LocalTime, IsNotWhatARightClockShows)
{
    EXPECT_EQ(zone_of(0s), "none");
    EXPECT_EQ(zone_of(4s), "none");
    EXPECT_EQ(zone_of(-4s), "none");
}

TEST(LocalTime, IsMetToAFewSeconds)
{
    EXPECT_EQ(zone_of(2h + 4500ms), "UTC+02:00");
    EXPECT_EQ(zone_of(2h + 4501ms), "none");
    EXPECT_EQ(zone_of(2h - 4500ms), "UTC+02:00");
    EXPECT_EQ(zone_of(2h - 4501ms), "none");
    EXPECT_EQ(zone_of(-2h + 4500ms), "UTC-02:00");
    EXPECT_EQ(zone_of(-2h - 4501ms), "none");
    EXPECT_EQ(zone_of(2h, 5s), "UTC+02:00");
    EXPECT_EQ(zone_of(2h, 5001ms), "none");
}

TEST(LocalTime, ReachesFourteenHoursEitherWay)
{
    EXPECT_EQ(zone_of(14h), "UTC+14:00");
    EXPECT_EQ(zone_of(-14h), "UTC-14:00");
    EXPECT_EQ(zone_of(14h + 15min), "none");
    EXPECT_EQ(zone_of(-14h - 15min), "none");
}

TEST(LocalTime, IsSeenInEveryZoneAndNowhereElse)
{
    for (Span ahead = -15h; ahead <= 15h; ahead += 1s) {
        const Span beside = abs(ahead) % (15min);
        const bool near_quarter = std::min<Span>(beside, 15min - beside) <= 4500ms;
        const bool is_zone = abs(ahead) > 5min && abs(ahead) <= 14h + 4500ms;
        EXPECT_EQ(zone_of(ahead) != "none", near_quarter && is_zone) << to_text(ahead);
    }
}

TEST(WritePhase, IsHalfASecondForTheCmosClockOnly)
{
    EXPECT_EQ(write_phase("rtc_cmos 00:04"), 500ms);
    EXPECT_EQ(write_phase("rtc_cmos"), 500ms);
    EXPECT_EQ(write_phase("rtc-efi rtc-efi.0"), 0ms);
    EXPECT_EQ(write_phase(""), 0ms);
}

std::string next(std::string_view now, Span phase, Span lead)
{
    const RtcWrite write = next_write(moment(now), phase, lead);
    return to_text(Instant{write.value}) + " at +" + to_ms_text(write.at - moment(now));
}

TEST(NextWrite, IsTheNextMomentOfThatPhase)
{
    EXPECT_EQ(next("2026-09-09T10:00:00.100Z", 500ms, 0s), "2026-09-09T10:00:00Z at +0.400 s");
    EXPECT_EQ(next("2026-09-09T10:00:00.500Z", 500ms, 0s), "2026-09-09T10:00:00Z at +0.000 s");
    EXPECT_EQ(next("2026-09-09T10:00:00.501Z", 500ms, 0s), "2026-09-09T10:00:01Z at +0.999 s");
    EXPECT_EQ(next("2026-09-09T10:00:00.000Z", 0ms, 0s), "2026-09-09T10:00:00Z at +0.000 s");
    EXPECT_EQ(next("2026-09-09T10:00:00.001Z", 0ms, 0s), "2026-09-09T10:00:01Z at +0.999 s");
    EXPECT_EQ(next("2026-09-09T10:00:00.495Z", 500ms, 10ms), "2026-09-09T10:00:01Z at +1.005 s");
}

TEST(NextWrite, NeverWaitsLongerThanASecondAndItsLead)
{
    const Instant begin = moment("2026-12-31T23:59:58Z");
    for (Span passed{0}; passed < 3s; passed += 7ms)
        for (const Span phase : {Span{0}, Span{500ms}}) {
            const RtcWrite write = next_write(begin + passed, phase, 10ms);
            EXPECT_GE(write.at, begin + passed + 10ms);
            EXPECT_LT(write.at, begin + passed + 10ms + 1s);
            EXPECT_EQ(write.at - write.value, phase);
        }
}

TEST(RtcTrouble, SaysEachFlag)
{
    EXPECT_TRUE(rtc_trouble_words(0).empty());
    EXPECT_EQ(rtc_trouble_words(1 | 4),
              (std::vector<std::string>{"time invalid", "backup battery empty"}));
    EXPECT_EQ(rtc_trouble_words(0xffffffffU).size(), 5U);
}

}  // namespace
}  // namespace clockguard
