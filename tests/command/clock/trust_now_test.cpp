// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/clock/trust_now.hpp"

#include <atomic>
#include <gtest/gtest.h>

#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/clock/clock_moment.hpp"
#include "clockguard/edge/clock/records.hpp"
#include "support/fake_chronyd.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

const Instant boot{1789000000s};

/// A moment of that boot; the clock was stepped by so much since it was verified.
ClockMoment at(Span moved = {})
{
    return {
        .uptime = 1h, .boot_instant = boot + moved, .raw_instant = boot + moved, .rtc_ahead = 0s};
}

Report trusted_record()
{
    return {.host = {.boot_id = "b1"},
            .run = {.time = boot + 20s, .clock_trusted = true, .trusted_by = "chrony"},
            .gate = GateRecord{.outcome = GateOutcome::Synchronized,
                               .boot_instant = boot,
                               .raw_instant = boot,
                               .rtc_ahead = 0s}};
}

Verdict heard(Trust trust)
{
    return {.trust = trust,
            .trusted_by = trust == Trust::Trusted ? "chrony" : "",
            .vouched = trust == Trust::Trusted ? std::optional{WitnessKind::Chrony} : std::nullopt,
            .findings = {{.subject = "chrony",
                          .message = "speaks",
                          .witness = WitnessKind::Chrony,
                          .reason = Reason::Agrees}}};
}

TEST(TrustNow, BelievesTheWitnessesOfThisMomentFirst)
{
    EXPECT_TRUE(weigh_record(heard(Trust::Trusted), fail("no record"), "b1", at()).trusted);
    EXPECT_FALSE(weigh_record(heard(Trust::Wrong), trusted_record(), "b1", at()).trusted);
    EXPECT_FALSE(weigh_record(heard(Trust::Unknown), fail("no record"), "b1", at()).trusted);
    const Error missing{.what = "cannot read",
                        .code = make_error_code(std::errc::no_such_file_or_directory)};
    EXPECT_EQ(weigh_record(heard(Trust::Unknown), fail(missing), "b1", at()).why,
              "chrony: speaks; no gate has run since boot");
}

TEST(TrustNow, HoldsToTheGatesVerdictWhileTheClockIsNotStepped)
{
    const TrustNow now = weigh_record(heard(Trust::Unknown), trusted_record(), "b1", at(1s));

    EXPECT_TRUE(now.trusted);
    EXPECT_EQ(now.by, "chrony, at boot");
    EXPECT_EQ(now.why, "verified at 2026-09-10T00:27:00Z by chrony, not stepped since");
}

TEST(TrustNow, ForgetsTheGatesVerdictAfterAStep)
{
    for (const Span step : {Span{1500ms + 1us}, Span{-1500ms - 1us}, Span{720h}}) {
        const TrustNow now = weigh_record(heard(Trust::Unknown), trusted_record(), "b1", at(step));
        EXPECT_FALSE(now.trusted) << to_text(step);
    }
    EXPECT_EQ(weigh_record(heard(Trust::Unknown), trusted_record(), "b1", at(720h)).why,
              "chrony: speaks; the clock was stepped by 30 d since it was verified");
}

TEST(TrustNow, ForgetsTheGatesVerdictAfterASlewOrAStandstill)
{
    ClockMoment slewed = at();
    *slewed.raw_instant += 6min;
    EXPECT_EQ(weigh_record(heard(Trust::Unknown), trusted_record(), "b1", slewed).why,
              "chrony: speaks; the clock was slewed by 6 min since it was verified");
    ClockMoment resumed = at();
    resumed.rtc_ahead = 240h;
    EXPECT_EQ(
        weigh_record(heard(Trust::Unknown), trusted_record(), "b1", resumed).why,
        "chrony: speaks; the hardware clock has gained 10 d on the system clock: the machine was "
        "paused, or that clock was set");
}

TEST(TrustNow, KnowsOfAStandstillSinceTheGatesVerdict)
{
    ClockMoment resumed = at();
    resumed.rtc_ahead = 240h;

    const auto still = stood_still_since(trusted_record(), "b1", resumed);
    ASSERT_TRUE(still);
    EXPECT_EQ(still->length, 240h);
    EXPECT_FALSE(stood_still_since(trusted_record(), "b1", at()));
    EXPECT_FALSE(stood_still_since(trusted_record(), "b2", resumed));
    EXPECT_FALSE(stood_still_since(fail("no record"), "b1", resumed));
}

/// A machine that was verified, and then paused for ten days; its chronyd measures when it is told.
class PausedMachine {
public:
    PausedMachine()
    {
        Report record = trusted_record();
        const ClockMoment verified = read_clock_moment(root());
        record.run.uptime = verified.uptime;
        record.gate->boot_instant = verified.boot_instant;
        record.gate->raw_instant = verified.raw_instant;
        record.gate->rtc_ahead = verified.rtc_ahead;
        EXPECT_TRUE(save_state(root(), record));
        show_on_rtc(240h);
    }

    Context context(bool nudge_chrony = true) const
    {
        Context context{.root = root()};
        context.config.gate.nudge_chrony = nudge_chrony;
        return context;
    }

    bool was_told() const { return was_told_; }

private:
    Root root() const { return {.folder = tree_.folder()}; }

    void show_on_rtc(Span ahead)
    {
        const auto shown = std::chrono::floor<std::chrono::seconds>(wall_now() + ahead);
        tree_.write("/sys/class/rtc/rtc0/since_epoch",
                    std::to_string(shown.time_since_epoch().count()) + "\n");
    }

    std::vector<Bytes> answer(const Bytes& request)
    {
        was_told_ = was_told_ || command_of(request) == ChronyCommand::Burst;
        return {command_of(request) == ChronyCommand::Tracking
                    ? tracking_reply({.sequence = sequence_of(request),
                                      .reference_seconds = was_told_ ? 1789000100U : 1789000000U})
                    : reply_to(command_of(request), sequence_of(request), 1)};
    }

    Tree tree_{{"/run/chrony/keep", ""},
               {"/proc/sys/kernel/random/boot_id", "b1\n"},
               {"/sys/class/rtc/rtc0/since_epoch",
                std::to_string(wall_now().time_since_epoch() / std::chrono::seconds{1}) + "\n"}};
    std::atomic<bool> was_told_ = false;
    FakeChronyd chronyd_{[this](const Bytes& request) { return answer(request); },
                         tree_.path("/run/chrony/chronyd.sock")};
};

TEST(MeasureAfterPause, AsksChronydOnceAndRemembersWhatWasBefore)
{
    const PausedMachine machine;

    const ChronyMemory memory = measure_after_pause(machine.context());

    ASSERT_TRUE(memory.stood_still);
    EXPECT_EQ(memory.stood_still->update, Instant{1789000000s});
    EXPECT_TRUE(machine.was_told());
}

TEST(MeasureAfterPause, AsksNothingWhereItMayNot)
{
    const PausedMachine machine;

    EXPECT_TRUE(measure_after_pause(machine.context(false)).stood_still);
    EXPECT_FALSE(machine.was_told());
}

TEST(TrustNow, AsksForNoMeasurement)
{
    const PausedMachine machine;

    EXPECT_FALSE(trust_now(machine.context()).trusted);
    EXPECT_FALSE(machine.was_told());
}

TEST(TrustNow, DoesNotBelieveAnotherBoot)
{
    EXPECT_FALSE(weigh_record(heard(Trust::Unknown), trusted_record(), "b2", at()).trusted);
    Report nameless = trusted_record();
    nameless.host.boot_id = "";
    EXPECT_FALSE(weigh_record(heard(Trust::Unknown), nameless, "", at()).trusted);
}

TEST(TrustNow, DoesNotBelieveAnUntrustedRecord)
{
    Report released = trusted_record();
    released.run.clock_trusted = false;

    EXPECT_FALSE(weigh_record(heard(Trust::Unknown), released, "b1", at()).trusted);
}

TEST(ReasonOf, PassesOverWhoWasNotAsked)
{
    const Verdict verdict{
        .findings = {{.subject = "kernel", .message = "x", .reason = Reason::Skipped},
                     {.subject = "chrony", .message = "y"}}};

    EXPECT_EQ(reason_of(verdict), "chrony: y");
    EXPECT_EQ(reason_of({}), "no time source was checked");
}

}  // namespace
}  // namespace clockguard
