// SPDX-License-Identifier: Apache-2.0
#include "command/rtc/rtc_set_plan.hpp"

#include <gtest/gtest.h>

#include "support/rtc_machine.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

const RtcDevice first_rtc{.node = "/dev/rtc0", .name = "rtc_cmos 00:04"};

/// A hardware clock whose second was seen to begin, so far ahead of the system clock.
RtcSeen ahead_by(std::chrono::seconds ahead)
{
    const Instant now = moment("2026-03-03T08:00:10Z");
    return {.device = first_rtc,
            .reading = RtcReading{.device = "/dev/rtc0",
                                  .shows = std::chrono::floor<std::chrono::seconds>(now + ahead),
                                  .taken_at = now,
                                  .tick_error = 500us}};
}

/// The same, as it is seen without waiting: good to half a second.
RtcSeen coarse(std::chrono::seconds ahead)
{
    RtcSeen seen = ahead_by(ahead);
    seen.reading->tick_error.reset();
    return seen;
}

RtcSeen failing()
{
    return {.device = first_rtc, .reading = fail("cannot read hardware clock '/dev/rtc0'")};
}

/// A clock that the system clock is a minute ahead of.
const TimeSource minute_behind{.title = "the Hyper-V host's clock",
                               .system_ahead = {.value = 1min, .error = 2ms}};

TEST(AheadOf, AddsTheErrorsOfBothClocks)
{
    const Offset by_system = ahead_of(TimeSource{}, *ahead_by(5s).reading);
    EXPECT_EQ(by_system.value, 5s);
    EXPECT_EQ(by_system.error, 500us);
    const Offset by_host = ahead_of(minute_behind, *ahead_by(5s).reading);
    EXPECT_EQ(by_host.value, 65s);
    EXPECT_EQ(by_host.error, 2500us);
}

TEST(OffsetText, IsFineWhereTheErrorIsBelowAHundredthOfASecond)
{
    EXPECT_EQ(offset_text({.value = 2s, .error = 9999us}), "2.000000 s ahead (+/-0.009999 s)");
    EXPECT_EQ(offset_text({.value = 2s, .error = 10ms}), "2.000 s ahead (+/-0.010 s)");
    EXPECT_EQ(offset_text({.value = -744h, .error = 500ms}), "31 d 00:00:00 behind (+/-0.500 s)");
}

TEST(StateText, TellsWhatTheClockShowsOrWhyItCannotBeRead)
{
    EXPECT_EQ(state_text(ahead_by(2s), {}),
              "2026-03-03 08:00:12  2.000000 s ahead (+/-0.000500 s)");
    EXPECT_EQ(state_text(ahead_by(-60s), minute_behind),
              "2026-03-03 07:59:10  0.000000 s ahead (+/-0.002500 s)");
    EXPECT_EQ(state_text(failing(), {}), "cannot read hardware clock '/dev/rtc0'");
}

TEST(TitleOf, NamesTheDriverWhereItIsKnown)
{
    EXPECT_EQ(title_of(RtcSeen{.device = first_rtc}), "/dev/rtc0 (rtc_cmos 00:04)");
    EXPECT_EQ(title_of(RtcSeen{.device = {.node = "/dev/rtc1"}}), "/dev/rtc1");
}

std::string left(const RtcSeen& seen, RtcCorrect correct = RtcCorrect::AfterSync,
                 bool if_off = true)
{
    const RtcSetOptions options{.if_off = if_off};
    const RtcConfig config{.correct = correct, .max_offset = 2s};
    return reason_to_leave(seen, {.options = options, .config = config});
}

TEST(ReasonToLeave, IsAClockThatIsRightEnough)
{
    EXPECT_EQ(left(ahead_by(1s)), "left /dev/rtc0 (rtc_cmos 00:04) alone: 1.000000 s ahead "
                                  "(+/-0.000500 s), limit 2 s");
    EXPECT_EQ(left(ahead_by(2s)), "");
    EXPECT_EQ(left(ahead_by(-2s)), "");
    EXPECT_EQ(left(coarse(1s)), "left /dev/rtc0 (rtc_cmos 00:04) alone: 1.500 s ahead (+/-0.500 "
                                "s), limit 2 s");
}

TEST(ReasonToLeave, IsTheConfigurationWhereItSaysNever)
{
    EXPECT_EQ(left(ahead_by(1h), RtcCorrect::Never),
              "left /dev/rtc0 (rtc_cmos 00:04) alone: rtc.correct = \"never\"");
}

TEST(ReasonToLeave, IsNoneForWhoAsksWithoutACondition)
{
    EXPECT_EQ(left(ahead_by(0s), RtcCorrect::AfterSync, false), "");
    EXPECT_EQ(left(ahead_by(0s), RtcCorrect::Never, false), "");
}

TEST(ReasonToLeave, IsNoneForWhatMeansNothing)
{
    RtcSeen battery_low = ahead_by(0s);
    battery_low.trouble = 2;
    RtcSeen invalid = ahead_by(0s);
    invalid.trouble = 1 | 2;

    EXPECT_EQ(left(failing()), "");
    EXPECT_EQ(left(invalid), "");
    EXPECT_NE(left(battery_low), "");
}

std::string refused(RtcSeen seen, RtcZone zone = RtcZone::Utc, bool trust_adjtime = false)
{
    seen.zone = zone;
    const RtcSetOptions options{.trust_adjtime = trust_adjtime};
    return reason_to_refuse(seen, {.options = options, .config = {}});
}

TEST(ReasonToRefuse, IsADifferenceThatAZoneHas)
{
    EXPECT_EQ(refused(ahead_by(2h)),
              "hardware clock not touched: rtc0 is 02:00:00.000000 ahead (+/-0.000500 s), and "
              "probably keeps local time (UTC+02:00): to write UTC use --trust-adjtime; to keep "
              "local time, timedatectl set-local-rtc 1 (CG106)");
    EXPECT_EQ(refused(ahead_by(-1h), RtcZone::Local),
              "hardware clock not touched: rtc0 is 01:00:00.000000 behind (+/-0.000500 s), a "
              "zone's difference, although /etc/adjtime says LOCAL: to write this machine's local "
              "time use --trust-adjtime (CG106)");
}

TEST(ReasonToRefuse, IsNoneForAnyOtherDifferenceOrWhereItWasAnswered)
{
    EXPECT_EQ(refused(ahead_by(0s)), "");
    EXPECT_EQ(refused(ahead_by(2h + 5min)), "");
    EXPECT_EQ(refused(ahead_by(2h), RtcZone::Utc, true), "");
    EXPECT_EQ(refused(failing()), "");
}

HostClock host_clock(Span system_ahead)
{
    return {.view = {.state = TimeSync::Live,
                     .offset = Offset{.value = system_ahead, .error = 1ms},
                     .why = "answers"},
            .may_vouch = true};
}

TimeSourceChoice choose(RtcSource from, bool trusted, HostClock heard = {})
{
    RtcMachine machine{.host = std::move(heard)};
    const TrustNow trust{.trusted = trusted, .by = "chrony", .why = "chrony: not synchronised"};
    return choose_source(from, machine.world(), trust, 2s);
}

std::string refusal(const TimeSourceChoice& choice, ExitCode code)
{
    EXPECT_FALSE(choice.source);
    EXPECT_EQ(choice.refusal.code, code);
    return choice.refusal.summary;
}

TEST(ChooseSource, CopiesAVerifiedSystemClock)
{
    const TimeSourceChoice choice = choose(RtcSource::System, true);

    ASSERT_TRUE(choice.source);
    EXPECT_EQ(choice.source->title, "the system clock");
    EXPECT_EQ(choice.source->warrant, "verified by chrony");
    EXPECT_EQ(choice.source->system_ahead.value, 0s);
    EXPECT_EQ(refusal(choose(RtcSource::System, false), ExitCode::Refused),
              "hardware clock not touched: the system clock is not verified (chrony: not "
              "synchronised)");
}

TEST(ChooseSource, CopiesTheHostsClockWhateverAnUnverifiedSystemClockShows)
{
    const TimeSourceChoice choice = choose(RtcSource::Host, false, host_clock(720h));

    ASSERT_TRUE(choice.source);
    EXPECT_EQ(choice.source->title, "the Hyper-V host's clock");
    EXPECT_EQ(choice.source->warrant, "which trust.host accepts");
    EXPECT_EQ(choice.source->system_ahead.value, 720h);
}

TEST(ChooseSource, CopiesNoneOfTwoThatContradictEachOther)
{
    EXPECT_EQ(refusal(choose(RtcSource::Host, true, host_clock(-720h)), ExitCode::Refused),
              "hardware clock not touched: the Hyper-V host's clock contradicts the system clock, "
              "verified by chrony: 30 d behind (+/-0.001 s)");
    EXPECT_TRUE(choose(RtcSource::Host, true, host_clock(2s)).source);
    EXPECT_FALSE(choose(RtcSource::Host, true, host_clock(2002ms)).source);
}

TEST(ChooseSource, CopiesNoHostsClockThatIsNoWitness)
{
    HostClock silent = host_clock(0s);
    silent.view.state = TimeSync::PtpWithoutSample;
    silent.view.why = "no sample has come";
    HostClock without_offset = host_clock(0s);
    without_offset.view.offset.reset();
    HostClock forbidden = host_clock(0s);
    forbidden.may_vouch = false;

    EXPECT_EQ(refusal(choose(RtcSource::Host, true, silent), ExitCode::Undetermined),
              "hardware clock not touched: the Hyper-V host's clock is not available (no sample "
              "has come)");
    EXPECT_EQ(refusal(choose(RtcSource::Host, true, without_offset), ExitCode::Undetermined),
              "hardware clock not touched: the Hyper-V host's clock is not available (answers)");
    EXPECT_EQ(refusal(choose(RtcSource::Host, false, forbidden), ExitCode::Refused),
              "hardware clock not touched: trust.host does not accept the Hyper-V host's clock "
              "here");
}

}  // namespace
}  // namespace clockguard
