// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/gate/rehearsal.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

TEST(Rehearsal, GivesChronydItsFirstUpdateAfterABurst)
{
    EXPECT_EQ(first_update({.ntp_after = 0s}), 7200ms);
    EXPECT_EQ(first_update({.ntp_after = 3s}), 7200ms);
    EXPECT_EQ(first_update({.ntp_after = 3s + 1us}), 7200ms + 1us);
    EXPECT_EQ(first_update({.ntp_after = 10s}), 14200ms);
    EXPECT_EQ(first_update({.ntp_after = forever}), forever);
}

TEST(Rehearsal, HasTheClockOfTheRtcUntilChronydSteps)
{
    const RehearsedBoot boot{.rtc_offset = days{30}, .ntp_after = 10s};

    EXPECT_EQ(clock_error(boot, Uptime{14200ms - 1us}), days{30});
    EXPECT_EQ(clock_error(boot, Uptime{14200ms}), 0s);
}

TEST(Rehearsal, KeepsTheClockOfTheRtcWhereChronydMayNotStep)
{
    EXPECT_EQ(clock_error({.rtc_offset = -days{30}, .ntp_after = 0s, .chrony_may_step = false},
                          Uptime{1h}),
              -days{30});
    EXPECT_EQ(clock_error({.rtc_offset = days{30}, .ntp_after = forever}, Uptime{1h}), days{30});
}

/// "chrony: not answering": what each witness says at a moment of the boot.
std::string said_by(std::size_t witness, const RehearsedBoot& boot, Uptime at,
                    const ClockPolicy& policy = {})
{
    const Witness heard = rehearse(boot, at, policy).witnesses.at(witness);
    return heard.name + ": " +
           (heard.offset ? to_text(*heard.offset) : to_text(heard.offset.error()));
}

TEST(Rehearsal, HearsChronydAsItStarts)
{
    const RehearsedBoot boot{.rtc_offset = days{30}, .ntp_after = 10s};

    EXPECT_EQ(said_by(0, boot, Uptime{3s - 1us}), "chrony: cannot ask chronyd: it has not started");
    EXPECT_EQ(said_by(0, boot, Uptime{3s}), "chrony: not synchronised yet");
    EXPECT_EQ(said_by(0, boot, Uptime{14200ms}), "chrony: 0.000 s ahead (+/-0.015 s)");
}

TEST(Rehearsal, HearsChronydTellOfTheStepThatItMayNotMake)
{
    EXPECT_EQ(said_by(0, {.rtc_offset = days{30}, .ntp_after = 0s, .chrony_may_step = false},
                      Uptime{1min}),
              "chrony: 30 d ahead (+/-0.015 s)");
}

/// The RTC goes on as it was: it is the clock that comes right beside it.
TEST(Rehearsal, HearsTheRtcAgainstTheClock)
{
    const RehearsedBoot boot{.rtc_offset = days{30}, .ntp_after = 10s};

    EXPECT_EQ(said_by(1, boot, Uptime{5s}), "rtc:/dev/rtc0: 0.500 s behind (+/-0.500 s)");
    EXPECT_EQ(said_by(1, boot, Uptime{15s}), "rtc:/dev/rtc0: 30 d behind (+/-0.500 s)");
    EXPECT_EQ(rehearse(boot, Uptime{5s}, {.rtc_may_vouch = true}).witnesses.at(1).standing,
              Standing::MayVouch);
}

/// The clock was verified a day before the boot.
TEST(Rehearsal, HearsTheRecordWhereTheClockIsBehindIt)
{
    EXPECT_EQ(said_by(2, {.rtc_offset = -days{30}, .ntp_after = forever}, Uptime{0s}),
              "last-good: 29 d behind (+/-0.000 s)");
    EXPECT_FALSE(rehearse({.rtc_offset = -days{1}, .ntp_after = forever}, Uptime{0s}, {})
                     .witnesses.at(2)
                     .offset);
}

TEST(Rehearsal, LooksAtTheClockOfItsMoment)
{
    const RehearsedBoot boot{.rtc_offset = 1h, .ntp_after = forever};

    EXPECT_EQ(to_text(rehearse(boot, Uptime{90s}, {}).taken_at), "2026-01-01T01:01:30Z");
}

}  // namespace
}  // namespace clockguard
