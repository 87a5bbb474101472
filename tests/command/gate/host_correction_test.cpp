// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/gate/host_correction.hpp"
#include "clockguard/core/clock/time_sync_record.hpp"
#include "clockguard/core/clock/time_sync_words.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const ClockPolicy vouching{.host_may_vouch = true};

/// A guest whose system clock is off, and whose host speaks after a while.
struct FakeGuest {
    Span offset{};  // system clock minus host clock
    TimeSync state = TimeSync::Live;
    Span speaks_after{};
    bool step_fails = false;
    bool step_is_undone = false;
    std::string kept_by{};
    Uptime now{};
    std::vector<Span> steps{};

    HostClockWorld world()
    {
        return {.look = [this] { return look(); },
                .uptime = [this] { return now; },
                .wait = [this](Span span) { now += span; },
                .step = [this](Span by) { return step(by); },
                .reason_not_to_step = [this] { return kept_by; }};
    }

    TimeSyncView look() const
    {
        if (now.time_since_epoch() < speaks_after)
            return {.state = TimeSync::PtpWithoutSample, .why = "it has not heard the host yet"};
        if (state != TimeSync::Live)
            return {.state = state, .why = "for another reason"};
        return {.state = TimeSync::Live, .offset = Offset{offset, 1ms}, .why = "live"};
    }

    Result<void> step(Span by)
    {
        steps.push_back(by);
        if (step_fails)
            return fail("cannot step the system clock");
        if (!step_is_undone)
            offset += by;
        return {};
    }
};

TEST(CorrectFromHost, StepsAClockThatTheHostRefutes)
{
    for (const Span wrong : {Span{days{30}}, Span{-days{30}}, Span{3s + 2ms}}) {
        FakeGuest guest{.offset = wrong};
        const HostCorrection done = correct_from_host(guest.world(), vouching, true);
        EXPECT_TRUE(done.corrected()) << done.trouble;
        EXPECT_EQ(guest.steps, std::vector<Span>{-wrong});
    }
}

TEST(CorrectFromHost, LeavesAClockThatIsRightAlone)
{
    for (const Span right : {Span{0}, Span{999ms}, Span{1s + 1ms}}) {
        FakeGuest guest{.offset = right};
        EXPECT_FALSE(correct_from_host(guest.world(), vouching, true).corrected());
        EXPECT_TRUE(guest.steps.empty()) << to_text(right);
    }
}

TEST(CorrectFromHost, NeverMovesTheClockOnTheWordOfAHostThatMayNotVouch)
{
    FakeGuest guest{.offset = days{30}};

    correct_from_host(guest.world(), {.host_may_vouch = false}, true);
    correct_from_host(guest.world(), vouching, false);

    EXPECT_TRUE(guest.steps.empty());
}

TEST(CorrectFromHost, NeverMovesTheClockInAnyOtherState)
{
    for (const TimeSync state :
         {TimeSync::NotHyperv, TimeSync::NoVmbus, TimeSync::NoDevice, TimeSync::Unbound,
          TimeSync::Opening, TimeSync::BoundWithoutPtp, TimeSync::PtpWithoutSample,
          TimeSync::PtpStale, TimeSync::Disputed, TimeSync::Failed}) {
        FakeGuest guest{.offset = days{30}, .state = state};
        EXPECT_FALSE(correct_from_host(guest.world(), vouching, true).corrected());
        EXPECT_TRUE(guest.steps.empty()) << to_text(state);
    }
}

TEST(CorrectFromHost, LeavesAClockThatSomebodyKeepsAlone)
{
    FakeGuest guest{.offset = days{30}, .kept_by = "chronyd keeps it"};

    const HostCorrection left = correct_from_host(guest.world(), vouching, true);

    EXPECT_TRUE(guest.steps.empty());
    EXPECT_FALSE(left.corrected());
    EXPECT_EQ(left.left_alone, "chronyd keeps it");
    EXPECT_EQ(left.trouble, "");
    EXPECT_FALSE(to_gate_record(left, vouching, {}));

    FakeGuest right{.kept_by = "chronyd keeps it"};
    EXPECT_EQ(correct_from_host(right.world(), vouching, true).left_alone, "");
}

TEST(CorrectFromHost, GivesTheHostSixSecondsToSpeak)
{
    FakeGuest soon{.offset = days{30}, .speaks_after = 5s};
    EXPECT_TRUE(correct_from_host(soon.world(), vouching, true).corrected());
    EXPECT_EQ(soon.now, Uptime{5s});

    FakeGuest never{.offset = days{30}, .speaks_after = 1h};
    EXPECT_FALSE(correct_from_host(never.world(), vouching, true).corrected());
    EXPECT_EQ(never.now, Uptime{6s});

    FakeGuest unasked{.offset = days{30}, .speaks_after = 1h};
    correct_from_host(unasked.world(), {}, true);
    EXPECT_EQ(unasked.now, Uptime{});
}

TEST(CorrectFromHost, TellsWhatWentWrong)
{
    FakeGuest refused{.offset = days{30}, .step_fails = true};
    const HostCorrection failed = correct_from_host(refused.world(), vouching, true);
    EXPECT_FALSE(failed.corrected());
    EXPECT_EQ(failed.trouble, "cannot step the system clock");

    FakeGuest undone{.offset = days{30}, .step_is_undone = true};
    const HostCorrection lost = correct_from_host(undone.world(), vouching, true);
    EXPECT_FALSE(lost.corrected());
    EXPECT_EQ(lost.trouble, "the system clock was stepped by -30 d, but reads back wrong: live");
}

TimeSyncView live(Span offset)
{
    return {.state = TimeSync::Live, .offset = Offset{offset, 1ms}, .why = "live"};
}

const Instant boot{1789000000s};

TEST(HostCorrection, IsOnRecordForTheGate)
{
    const auto corrected =
        to_gate_record({.before = live(days{30}), .after = live(2ms)}, vouching, boot);
    ASSERT_TRUE(corrected);
    EXPECT_EQ(corrected->outcome, GateOutcome::RtcCorrected);
    EXPECT_EQ(corrected->began_boot_instant - corrected->boot_instant, days{30});

    const auto agreed = to_gate_record({.before = live(-5ms)}, vouching, boot);
    ASSERT_TRUE(agreed);
    EXPECT_EQ(agreed->outcome, GateOutcome::HostAgrees);
}

TEST(HostCorrection, IsNotOnRecordWhereTheHostDidNotVouch)
{
    EXPECT_FALSE(to_gate_record({.before = live(0s)}, {}, boot));
    EXPECT_FALSE(to_gate_record({.before = live(days{30})}, vouching, boot));
    EXPECT_FALSE(to_gate_record({.before = {.state = TimeSync::PtpStale}}, vouching, boot));
    EXPECT_FALSE(to_gate_record(
        {.before = live(days{30}), .after = live(days{30}), .trouble = "reads back wrong"},
        vouching, boot));
}

RecordedTimeSync recorded(const TimeSyncView& view, Span age)
{
    return {.record = to_record(view, {}, boot), .age = age};
}

TEST(HostWordOnRecord, GrowsVagueAndIsVoidAfterAStep)
{
    const auto soon = host_word_on_record(recorded(live(-2ms), 10s), boot);
    ASSERT_TRUE(soon);
    EXPECT_EQ(soon->clock, "ptp:hyperv");
    EXPECT_EQ(soon->state, TimeSync::Live);
    EXPECT_EQ(soon->offset->value, -2ms);
    EXPECT_EQ(soon->offset->error, 2ms);
    const auto late = host_word_on_record(recorded(live(-2ms), 10000s), boot);
    ASSERT_TRUE(late);
    EXPECT_EQ(weigh(*late->offset, 1s), Testimony::Unclear);
    for (const Span step : {Span{6ms}, Span{-6ms}, Span{days{30}}})
        EXPECT_FALSE(host_word_on_record(recorded(live(-2ms), 10s), boot + step));
}

TEST(HostWordOnRecord, IsNothingWhereNoClockWasLive)
{
    EXPECT_FALSE(host_word_on_record(recorded({}, 10s), boot));
}

TEST(CorrectFromHost, GoesByAnotherHypervisorsClockOnlyWhereEveryHostMayVouch)
{
    const TimeSyncView ahead{
        .clock = "ptp:kvm", .state = TimeSync::Live, .offset = Offset{days{30}, 1ms}};
    std::vector<Span> steps;
    HostClockWorld world{.look = [&] { return ahead; },
                         .uptime = [] { return Uptime{}; },
                         .wait = [](Span) {},
                         .step =
                             [&](Span by) {
                                 steps.push_back(by);
                                 return Result<void>{};
                             },
                         .reason_not_to_step = [] { return ""; }};

    EXPECT_FALSE(correct_from_host(world, vouching, true).after);
    EXPECT_TRUE(steps.empty());
    EXPECT_TRUE(
        correct_from_host(world, {.host_may_vouch = true, .other_hosts_may_vouch = true}, true)
            .after);
    EXPECT_EQ(steps, std::vector<Span>{-days{30}});
}

}  // namespace
}  // namespace clockguard
