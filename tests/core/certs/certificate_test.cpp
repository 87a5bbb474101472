// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/certificate.hpp"

#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

#include "support/sound_certificate.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using namespace std::chrono;

TEST(JudgeCertificate, KnowsNoMercyBeforeItsBeginning)
{
    EXPECT_EQ(judge(sound(), born - 1us, policy), CertState::NotYetValid);
    EXPECT_EQ(judge(sound(), born, policy), CertState::Valid);
    EXPECT_EQ(judge(sound(), born + 1us, policy), CertState::Valid);
}

TEST(JudgeCertificate, LetsItLiveToItsLastSecond)
{
    EXPECT_EQ(judge(sound(), dies, policy), CertState::Expiring);
    EXPECT_EQ(judge(sound(), dies + 1us, policy), CertState::Expired);
}

TEST(JudgeCertificate, GrantsTheToleranceAtBothEnds)
{
    const CertPolicy lax{.tolerance = 5s};

    EXPECT_EQ(judge(sound(), born - 5s, lax), CertState::Valid);
    EXPECT_EQ(judge(sound(), born - 5s - 1us, lax), CertState::NotYetValid);
    EXPECT_EQ(judge(sound(), dies + 5s, lax), CertState::Expiring);
    EXPECT_EQ(judge(sound(), dies + 5s + 1us, lax), CertState::Expired);
}

TEST(JudgeCertificate, CallsItExpiringFromItsShareOfLifeOn)
{
    EXPECT_EQ(judge(sound(), born + days{66} - 1us, policy), CertState::Valid);
    EXPECT_EQ(judge(sound(), born + days{66}, policy), CertState::Expiring);
}

TEST(JudgeCertificate, CallsItExpiringSomeTimeBeforeItsEnd)
{
    const CertPolicy month{.expiring = {.before_end = days{30}}};

    EXPECT_EQ(judge(sound(), dies - days{30} - 1us, month), CertState::Valid);
    EXPECT_EQ(judge(sound(), dies - days{30}, month), CertState::Expiring);
}

TEST(JudgeCertificate, MeasuresALifeThatWasDatedBackByItsPlace)
{
    Certificate dated_back = sound();
    dated_back.place.lifetime = days{50};

    EXPECT_EQ(judge(dated_back, dies - days{17} - 1us, policy), CertState::Valid);
    EXPECT_EQ(judge(dated_back, dies - days{17}, policy), CertState::Expiring);
}

TEST(JudgeCertificate, ComparesWithTheDateThatMeansForever)
{
    Certificate eternal = sound();
    eternal.facts.not_after = sys_days{9999y / 12 / 31} + 23h + 59min + 59s;

    EXPECT_EQ(judge(eternal, born, policy), CertState::Valid);
    EXPECT_EQ(judge(eternal, sys_days{2500y / 1 / 1}, policy), CertState::Valid);
}

TEST(JudgeCertificate, PutsWhatIsWrongWithTheFileBeforeItsDates)
{
    Certificate faulty = sound();
    const auto state = [&] { return judge(faulty, born - days{1}, policy); };

    EXPECT_EQ(state(), CertState::NotYetValid);
    faulty.facts.signed_by_issuer = false;
    EXPECT_EQ(state(), CertState::ChainBroken);
    faulty.facts.key_matches = false;
    EXPECT_EQ(state(), CertState::KeyMismatch);
    faulty.error = "is torn";
    EXPECT_EQ(state(), CertState::Unreadable);
    faulty.is_missing = true;
    EXPECT_EQ(state(), CertState::Missing);
    faulty.skipped = "worker";
    EXPECT_EQ(state(), CertState::Skipped);
}

TEST(JudgeCertificate, TakesAnUnknownKeyOrCaForNoFault)
{
    Certificate alone = sound();
    alone.facts.key_matches.reset();
    alone.facts.signed_by_issuer.reset();

    EXPECT_EQ(judge(alone, born, policy), CertState::Valid);
}

/// A CA and what it signed: by the first certificate of its file, or by the second.
CertsVerdict with_signers(const std::vector<CertSigner>& signers, Instant now,
                          std::chrono::sys_seconds ca_dies = dies)
{
    Certificate ca = sound("ca");
    ca.facts.all = {"ca", "old"};
    ca.facts.sha256 = "ca";
    ca.facts.not_after = ca_dies;
    Certificate leaf = sound();
    leaf.facts.signers = signers;
    return judge_all({ca, leaf}, now, policy);
}

TEST(JudgeAll, AsksForOneSignerThatIsValid)
{
    const CertSigner old{"old", born - days{9}, born - 1s};
    const CertSigner future{"old", born + 1s, dies};
    const CertSigner good{"other", born - days{9}, dies};
    const CertSigner ca_itself{"ca", born - days{9}, born - 1s};
    const auto state = [](const std::vector<CertSigner>& signers) {
        return with_signers(signers, born).certificates.back().state;
    };

    EXPECT_EQ(state({old}), CertState::ChainBroken);
    EXPECT_EQ(state({future}), CertState::ChainBroken);
    EXPECT_EQ(state({old, good}), CertState::Valid);
    EXPECT_EQ(state({}), CertState::Valid);
    EXPECT_EQ(with_signers({old, ca_itself}, born, born - 1s).certificates.back().state,
              CertState::Valid);
    EXPECT_EQ(with_signers({future}, born).findings.front().message,
              "is signed by a certificate of 'ca' that is not valid until 2026-01-01T00:00:01Z");
}

TEST(JudgeAll, AsksForAChainThatIsValidAsAWhole)
{
    const CertSigner dead{"ca", born, born + 1s, true};

    const CertsVerdict broken = with_signers({dead}, born + 2s);

    EXPECT_EQ(broken.certificates.back().state, CertState::ChainBroken);
    EXPECT_EQ(broken.findings.front().message, "is signed by an intermediate certificate, in a "
                                               "chain that expired at 2026-01-01T00:00:01Z");
    EXPECT_EQ(with_signers({dead}, born + 2s, born + 1s).certificates.back().state,
              CertState::Valid);
}

/// Each chain has a fault of another kind, and Go takes none of them.
TEST(JudgeAll, TakesNoTwoChainsForAWholeOne)
{
    const CertSigner dead{.sha256 = "old", .not_before = born, .not_after = born + 1s};
    const CertSigner forbidding{
        .sha256 = "ca", .not_before = born, .not_after = dies, .forbidden_name = "localhost"};
    const CertSigner good{.sha256 = "other", .not_before = born, .not_after = dies};
    const auto state = [](const std::vector<CertSigner>& signers) {
        return with_signers(signers, born + 2s).certificates.back().state;
    };

    EXPECT_EQ(state({dead, forbidding}), CertState::ChainBroken);
    EXPECT_EQ(state({forbidding, dead}), CertState::ChainBroken);
    EXPECT_EQ(state({dead, forbidding, good}), CertState::Valid);
}

TEST(JudgeAll, SaysOfTheBestChainWhatIsAgainstIt)
{
    const CertSigner too_long{
        .not_before = born, .not_after = dies, .is_sent = true, .is_too_long = true};
    const CertSigner forbidding{
        .not_before = born, .not_after = dies, .is_sent = true, .forbidden_name = "localhost"};

    const CertsVerdict longer = with_signers({too_long}, born);
    const CertsVerdict forbidden = with_signers({forbidding}, born);

    EXPECT_EQ(longer.certificates.back().state, CertState::ChainBroken);
    EXPECT_EQ(longer.findings.front().message,
              "is signed in a chain up to 'ca' that is longer than a CA in it lets it be "
              "(basicConstraints, pathlen)");
    EXPECT_EQ(forbidden.findings.front().message,
              "names 'localhost', which the name constraints of a CA in its chain up to 'ca' "
              "forbid");
    for (const CertsVerdict& verdict : {longer, forbidden})
        EXPECT_EQ(to_text(verdict.findings.front().advice),
                  "put a CA that may sign for it in the CA's place: clockguard explain CG204");
}

TEST(JudgeAll, SendsForTheCaFirstWhereItCannotBeSignedWith)
{
    Certificate leaf = sound();
    leaf.facts.not_before = dies;
    const auto advice = [&leaf](const std::function<void(Certificate&)>& spoil) {
        Certificate ca = sound("ca");
        spoil(ca);
        const CertsVerdict verdict = judge_all({ca, leaf}, born, policy);
        const auto found = std::ranges::find(verdict.findings, leaf.place.name, &Finding::subject);
        return found == verdict.findings.end() ? "none" : to_text(found->advice);
    };

    EXPECT_EQ(advice([](Certificate& ca) { ca.is_missing = true; }),
              "put 'ca' right: clockguard explain CG210");
    EXPECT_EQ(advice([](Certificate& ca) { ca.error = "is torn"; }),
              "put 'ca' right: clockguard explain CG209");
    EXPECT_EQ(advice([](Certificate& ca) { ca.facts.may_sign = false; }),
              "put 'ca' right: clockguard explain CG204");
    EXPECT_EQ(advice([](Certificate& ca) { ca.facts.not_before = dies; }),
              "sudo clockguard certs refresh --not-yet-valid");
    leaf.error = "is torn";
    leaf.place.renew = {.command = {.steps = {"microk8s refresh-certs --cert server.crt"}}};
    EXPECT_EQ(advice([](Certificate& ca) { ca.error = "is torn"; }),
              "put 'ca' right: clockguard explain CG209");
}

/// It is not the one by which the CA's own place is judged.
TEST(JudgeAll, TellsOfASignerThatMayNotSign)
{
    const CertSigner mute{
        .sha256 = "other", .not_before = born, .not_after = dies, .may_sign = false};
    const CertSigner sound_one{.not_before = born, .not_after = dies};

    const CertsVerdict verdict = with_signers({mute}, born);

    EXPECT_EQ(verdict.certificates.back().state, CertState::ChainBroken);
    EXPECT_EQ(verdict.findings.front().message,
              "is signed by a certificate of 'ca' that may not sign certificates: its "
              "basicConstraints or its keyUsage do not allow it");
    EXPECT_EQ(to_text(verdict.findings.front().advice),
              "put a CA that may sign for it in the CA's place: clockguard explain CG204");
    EXPECT_EQ(with_signers({mute, sound_one}, born).certificates.back().state, CertState::Valid);
}

TEST(FactsAt, AreThoseOfACasCertificateThatIsValidThen)
{
    Certificate ca = sound("ca");
    ca.facts.anchors = {CertFacts{.sha256 = "a", .not_before = born, .not_after = dies},
                        CertFacts{.sha256 = "b", .not_before = born, .not_after = dies + days{9}}};

    EXPECT_EQ(facts_at(ca, born - 1us).sha256, "a");
    EXPECT_EQ(facts_at(ca, dies).sha256, "a");
    EXPECT_EQ(facts_at(ca, dies + 1us).sha256, "b");
    EXPECT_EQ(facts_at(ca, dies + days{10}).sha256, "a");
    ca.place.issuer = "root";
    EXPECT_EQ(facts_at(ca, dies + 1us).sha256, "ab");
}

TEST(JudgeAll, BlamesTheCaThatMaySignNothingAndItAlone)
{
    Certificate ca = sound("ca");
    ca.facts.may_sign = false;

    const CertsVerdict verdict = judge_all({ca, sound(), sound("client")}, born, policy);

    ASSERT_EQ(std::ranges::count(verdict.findings, "CG204", &Finding::code), 1);
    EXPECT_EQ(verdict.findings.front().subject, "ca");
    EXPECT_EQ(verdict.certificates.front().state, CertState::ChainBroken);
    EXPECT_EQ(verdict.certificates.back().state, CertState::Valid);
    EXPECT_EQ(judge_all({ca}, born, policy).certificates.front().state, CertState::Valid);
}

TEST(JudgeCertificate, TakesNoWeakSignatureThatAnybodyVerifies)
{
    Certificate weak = sound();
    weak.facts.weak_digest = "SHA1";
    EXPECT_EQ(judge(weak, born, policy), CertState::ChainBroken);
    EXPECT_EQ(judge(weak, born - 1us, policy), CertState::NotYetValid);
    EXPECT_EQ(judge_all({weak}, born, policy).findings.front().message,
              "is signed with SHA1, which Kubernetes refuses");
    EXPECT_EQ(to_text(judge_all({weak}, born, policy).findings.front().advice),
              "sudo clockguard certs refresh --name server");

    weak.place.issuer = weak.place.name;
    EXPECT_EQ(judge(weak, born, policy), CertState::Valid);
    weak = sound();
    weak.facts.weak_digest = "SHA1";
    weak.facts.signed_by_issuer.reset();
    EXPECT_EQ(judge(weak, born, policy), CertState::Valid);
}

TEST(ClockMargin, IsThatOfTheTightestCertificate)
{
    Certificate longer = sound("b");
    longer.facts.not_before = born - days{9};
    longer.facts.not_after = dies + days{9};

    const CertsVerdict verdict = judge_all({longer, sound()}, born + days{10}, policy);

    ASSERT_TRUE(verdict.margin);
    EXPECT_EQ(verdict.margin->behind, -days{10});
    EXPECT_EQ(verdict.margin->ahead, days{90});
}

TEST(ClockMargin, IsNoneWhereOneCertificateIsOutOfItsDates)
{
    EXPECT_FALSE(judge_all({sound()}, born - 1s, policy).margin);
    EXPECT_FALSE(judge_all({sound()}, dies + 1s, policy).margin);
    EXPECT_FALSE(judge_all(std::vector<Certificate>{}, born, policy).margin);
}

TEST(ClockMargin, IsWorthANoteBelowAnHour)
{
    EXPECT_EQ(said(sound(), born + 1h), "");
    EXPECT_EQ(said(sound(), born + 1h - 1s),
              "CG207 note certificates: one certificate becomes invalid if the clock is 59 min 59 "
              "s behind | "
              "clockguard re-issues with dates that such a clock cannot break\n");
}

TEST(ClockMargin, HoldsWhatItPromises)
{
    const std::vector all{sound(), sound("b")};
    const Instant now = born + days{40};
    const CertsVerdict verdict = judge_all(all, now, policy);
    ASSERT_TRUE(verdict.margin);

    for (const Span error : {verdict.margin->behind, Span{}, verdict.margin->ahead})
        EXPECT_TRUE(judge_all(all, now + error, policy).margin) << to_text(error);
    EXPECT_FALSE(judge_all(all, now + verdict.margin->behind - 1us, policy).margin);
    EXPECT_FALSE(judge_all(all, now + verdict.margin->ahead + 1us, policy).margin);
}

TEST(JudgeCertificate, TakesNoNameThatItsCaMayNotSignFor)
{
    Certificate certificate = sound();
    certificate.facts.signers = {CertSigner{.forbidden_name = "127.0.0.1"}};

    const CertsVerdict verdict = judge_all({certificate}, born - 1us, policy);

    EXPECT_EQ(verdict.certificates.front().state, CertState::ChainBroken);
    ASSERT_FALSE(verdict.findings.empty());
    EXPECT_EQ(verdict.findings.front().code, "CG204");
    EXPECT_EQ(verdict.findings.front().message,
              "names '127.0.0.1', which the name constraints of 'ca' forbid");
}

}  // namespace
}  // namespace clockguard
