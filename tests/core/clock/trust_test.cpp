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

Witness of_host(std::string name, Span offset, Standing standing)
{
    return {.name = std::move(name),
            .source = WitnessClass::Host,
            .standing = standing,
            .offset = Offset{offset, 1ms}};
}

Witness rtc_that_vouches(Span offset)
{
    Witness rtc = of_host("rtc:/dev/rtc0", offset, Standing::MayVouch);
    rtc.kind = WitnessKind::Rtc;
    rtc.limit = 2s;
    rtc.offset->error = 500ms;
    return rtc;
}

TEST(HostDispute, LeavesNoneOfTheHostsWordsCounting)
{
    for (const Standing one : {Standing::HeardOnly, Standing::MayVouch}) {
        const Witness right = of_host("ptp:hyperv", 0s, Standing::MayVouch);
        const Witness other = of_host("ptp:kvm", -std::chrono::days{30}, one);
        const Verdict verdict = judge({.witnesses = {right, other, rtc_that_vouches(0s)}}, {});

        EXPECT_EQ(verdict.trust, Trust::Unknown);
        ASSERT_FALSE(verdict.findings.empty());
        EXPECT_EQ(verdict.findings.front().code, "CG312");
        EXPECT_EQ(verdict.findings.front().message,
                  "ptp:hyperv and ptp:kvm differ by 30 d: both are ignored");
    }
}

TEST(HostDispute, DoesNotSilenceTheNetwork)
{
    const Witness chrony{
        .name = "chrony", .standing = Standing::MayVouch, .offset = Offset{0s, 1ms}};
    const Verdict verdict =
        judge({.witnesses = {chrony, of_host("ptp:hyperv", 0s, Standing::MayVouch),
                             of_host("ptp:kvm", 1h, Standing::MayVouch)}},
              {});

    EXPECT_EQ(verdict.trust, Trust::Trusted);
    EXPECT_EQ(verdict.trusted_by, "chrony");
}

TEST(HostDispute, IsNoneWithinTheLimit)
{
    const Verdict verdict = judge({.witnesses = {of_host("ptp:hyperv", 0s, Standing::MayVouch),
                                                 of_host("ptp:kvm", 900ms, Standing::HeardOnly)}},
                                  {});

    EXPECT_EQ(verdict.trust, Trust::Trusted);
}

TEST(HostClock, RefutesAHardwareClockWhateverPolicySays)
{
    const Witness host = of_host("ptp:hyperv", -std::chrono::days{30}, Standing::HeardOnly);
    for (const auto& order :
         {std::vector{rtc_that_vouches(0s), host}, std::vector{host, rtc_that_vouches(0s)}}) {
        const Verdict verdict = judge({.witnesses = order}, {});
        EXPECT_EQ(verdict.trust, Trust::Unknown);
        EXPECT_EQ(verdict.findings.front().code, "CG313");
        EXPECT_EQ(verdict.findings.front().message,
                  "is 30 d behind (+/-0.501 s) of ptp:hyperv: it is ignored");
    }
    const Witness agrees = of_host("ptp:hyperv", 0s, Standing::HeardOnly);
    EXPECT_EQ(judge({.witnesses = {agrees, rtc_that_vouches(0s)}}, {}).trusted_by, "rtc:/dev/rtc0");
}

TEST(HostClock, ThatVouchesIsNotRefutedByAHardwareClock)
{
    const Witness host = of_host("ptp:hyperv", 0s, Standing::MayVouch);
    const Verdict verdict =
        judge({.witnesses = {rtc_that_vouches(-std::chrono::days{30}), host}}, {});

    EXPECT_EQ(verdict.trust, Trust::Trusted);
    EXPECT_EQ(verdict.trusted_by, "ptp:hyperv");
}

}  // namespace
}  // namespace clockguard
