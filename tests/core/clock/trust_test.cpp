// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/trust.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using enum Standing;

const ClockPolicy policy{.limit = 2s};

const Offset agreeing{.value = 10ms, .error = 1ms};
const Offset unclear{.value = 1s, .error = 5s};
const Offset contradicting{.value = -3h, .error = 1s};

Witness said(std::string name, Standing standing, Result<Offset> offset)
{
    return {.name = std::move(name), .standing = standing, .offset = std::move(offset)};
}

Trust trust_given(std::vector<Witness> witnesses)
{
    return judge({.witnesses = std::move(witnesses)}, policy).trust;
}

TEST(Weigh, LooksAtTheWholeErrorInterval)
{
    EXPECT_EQ(weigh({.value = 1s, .error = 1s}, 2s), Testimony::Agrees);
    EXPECT_EQ(weigh({.value = -1s, .error = 1s}, 2s), Testimony::Agrees);
    EXPECT_EQ(weigh({.value = 1s, .error = 1001ms}, 2s), Testimony::Unclear);
    EXPECT_EQ(weigh({.value = 3s, .error = 1s}, 2s), Testimony::Unclear);
    EXPECT_EQ(weigh({.value = 3s, .error = 999ms}, 2s), Testimony::Contradicts);
}

TEST(Judge, CountsAWordByItsStanding)
{
    EXPECT_EQ(trust_given({said("w", HeardOnly, agreeing)}), Trust::Unknown);
    EXPECT_EQ(trust_given({said("w", HeardOnly, unclear)}), Trust::Unknown);
    EXPECT_EQ(trust_given({said("w", HeardOnly, contradicting)}), Trust::Unknown);
    EXPECT_EQ(trust_given({said("w", MayRefute, agreeing)}), Trust::Unknown);
    EXPECT_EQ(trust_given({said("w", MayRefute, unclear)}), Trust::Unknown);
    EXPECT_EQ(trust_given({said("w", MayRefute, contradicting)}), Trust::Wrong);
    EXPECT_EQ(trust_given({said("w", MayVouch, agreeing)}), Trust::Trusted);
    EXPECT_EQ(trust_given({said("w", MayVouch, unclear)}), Trust::Unknown);
    EXPECT_EQ(trust_given({said("w", MayVouch, contradicting)}), Trust::Wrong);
}

TEST(Judge, TakesSilenceForNothing)
{
    EXPECT_EQ(trust_given({}), Trust::Unknown);
    EXPECT_EQ(trust_given({said("silent", MayVouch, fail("no such device"))}), Trust::Unknown);
    EXPECT_EQ(trust_given({{.name = "forgotten", .standing = MayVouch}}), Trust::Unknown);
}

Witness record_ahead()
{
    return {.name = "last-good",
            .kind = WitnessKind::Record,
            .source = WitnessClass::Floor,
            .standing = MayRefute,
            .offset = Offset{.value = -30 * 24h},
            .evidence = "the last time this clock was verified"};
}

Witness network(Result<Offset> offset)
{
    return {.name = "chrony",
            .standing = MayVouch,
            .offset = std::move(offset),
            .is_fresh_network = true};
}

TEST(Judge, LetsFreshNetworkTimeOverruleARecordedMoment)
{
    const Verdict verdict = judge({.witnesses = {network(agreeing), record_ahead()}}, policy);

    EXPECT_EQ(verdict.trust, Trust::Trusted);
    EXPECT_EQ(verdict.trusted_by, "chrony");
    EXPECT_TRUE(verdict.record_overruled);
    EXPECT_EQ(verdict.findings.front().code, "CG306");
    EXPECT_EQ(verdict.findings.front().message,
              "this moment lies 30 d before the last time this clock was verified, but network "
              "time confirms it: that record was wrong");
    EXPECT_EQ(verdict.findings.front().severity, Severity::Failure);
}

TEST(Judge, LetsARecordedMomentRefuteEveryOther)
{
    const Witness host{.name = "ptp:hyperv",
                       .source = WitnessClass::Host,
                       .standing = MayVouch,
                       .offset = agreeing};
    const Witness kernel{.name = "kernel", .standing = MayVouch, .offset = agreeing};
    Witness heard_only = network(agreeing);
    heard_only.standing = HeardOnly;

    for (const Witness& other : {host, kernel, heard_only, network(unclear), network(contradicting),
                                 network(fail("deaf"))}) {
        const Verdict verdict = judge({.witnesses = {other, record_ahead()}}, policy);
        EXPECT_EQ(verdict.trust, Trust::Wrong);
        EXPECT_FALSE(verdict.record_overruled);
    }
}

TEST(Judge, LetsNothingOverruleTheBuild)
{
    Witness build = record_ahead();
    build.kind = WitnessKind::Build;

    EXPECT_EQ(trust_given({network(agreeing), build}), Trust::Wrong);
}

TEST(Judge, NeverTrustsAContradictedClock)
{
    const Witness accuser = said("accuser", MayRefute, contradicting);

    for (const Standing standing : {HeardOnly, MayRefute, MayVouch})
        for (const Offset& offset : {agreeing, unclear, contradicting}) {
            const Witness other = said("other", standing, offset);
            EXPECT_EQ(trust_given({accuser, other, other}), Trust::Wrong) << to_text(offset);
            EXPECT_EQ(trust_given({other, other, accuser}), Trust::Wrong) << to_text(offset);
        }
}

TEST(Judge, DecidesNothingFromWhatWasHeardWhileTheClockWasStepped)
{
    const Verdict verdict = judge(
        {.witnesses = {said("chrony", MayVouch, agreeing), said("floor", MayRefute, contradicting)},
         .clock_was_steady = false},
        policy);

    EXPECT_EQ(verdict.trust, Trust::Unknown);
    EXPECT_EQ(verdict.trusted_by, "");
}

TEST(Judge, NamesTheFirstWhoVouched)
{
    const Witness chrony = said("chrony", MayVouch, agreeing);
    const Witness kernel = said("kernel", MayVouch, agreeing);

    EXPECT_EQ(judge({.witnesses = {chrony, kernel}}, policy).trusted_by, "chrony");
    EXPECT_EQ(
        judge({.witnesses = {kernel, said("f", MayRefute, contradicting)}}, policy).trusted_by, "");
}

TEST(Judge, WeighsAWitnessByItsOwnLimit)
{
    Witness rtc = said("rtc", MayVouch, Offset{.value = 3s, .error = 500ms});

    EXPECT_EQ(trust_given({rtc}), Trust::Wrong);
    rtc.limit = 4s;
    EXPECT_EQ(trust_given({rtc}), Trust::Trusted);
}

TEST(Judge, ReportsTheWorstFirst)
{
    const Verdict verdict = judge({.witnesses = {said("chrony", MayVouch, agreeing),
                                                 said("ptp:hyperv", HeardOnly, fail("no device")),
                                                 said("floor", MayRefute, contradicting)}},
                                  policy);

    ASSERT_EQ(verdict.findings.size(), 3U);
    EXPECT_EQ(verdict.findings[0].subject, "floor");
    EXPECT_EQ(verdict.findings[0].message, "system clock is 3 h behind (+/-1.000 s), limit 2 s");
    EXPECT_EQ(verdict.findings[1].message, "no device");
    EXPECT_EQ(verdict.findings[2].severity, Severity::Ok);
}

}  // namespace
}  // namespace clockguard
