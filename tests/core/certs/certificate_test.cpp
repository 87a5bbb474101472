// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/certificate.hpp"
#include "clockguard/core/certs/profile_advice.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using namespace std::chrono;

constexpr sys_seconds born{sys_days{2026y / 1 / 1}};
constexpr sys_seconds dies = born + days{100};
const CertPolicy policy{};

Certificate sound(std::string name = "server")
{
    return {.place = {.name = std::move(name),
                      .path = "/certs/server.crt",
                      .key_path = "/certs/server.key",
                      .issuer = "ca",
                      .repair = CertRepair::Reissue,
                      .renew = parse_renewal("microk8s refresh-certs --cert server.crt"),
                      .lifetime = days{365}},
            .facts = {.sha256 = "ab",
                      .not_before = born,
                      .not_after = dies,
                      .key_matches = true,
                      .signed_by_issuer = true}};
}

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

std::string said(const Certificate& certificate, Instant now)
{
    const CertsVerdict verdict = judge_all(std::vector{certificate}, now, policy);
    std::string text;
    for (const Finding& finding : verdict.findings)
        text += finding.code + " " + to_text(finding.severity) + " " + finding.subject + ": " +
                finding.message + " | " + to_text(finding.advice) + "\n";
    return text;
}

TEST(CertFindings, SayWhenAndWhatToType)
{
    EXPECT_EQ(said(sound(), born - days{3} - 2h),
              "CG201 critical server: is not valid until 2026-01-01T00:00:00Z, in 3 d 2 h | "
              "sudo clockguard certs refresh --not-yet-valid\n");
    EXPECT_EQ(said(sound(), dies + 90min),
              "CG202 critical server: expired at 2026-04-11T00:00:00Z, 1 h 30 min ago | "
              "sudo clockguard certs refresh --expired\n");
    EXPECT_EQ(said(sound(), dies - days{2}),
              "CG203 warning server: expires at 2026-04-11T00:00:00Z, in 2 d | "
              "sudo clockguard certs refresh --expiring\n");
    EXPECT_EQ(said(sound(), born + days{1}), "");
}

TEST(CertFindings, AdviseByWhatCanBeDone)
{
    Certificate ca = sound("ca");
    ca.place.repair = CertRepair::RedateShared;
    EXPECT_EQ(said(ca, born - days{1}),
              "CG201 critical ca: is not valid until 2026-01-01T00:00:00Z, in 1 d | "
              "sudo clockguard certs refresh --not-yet-valid --include-ca\n");

    ca.place.repair = CertRepair::None;
    ca.place.renew = {};
    EXPECT_EQ(said(ca, born - days{1}),
              "CG201 critical ca: is not valid until 2026-01-01T00:00:00Z, in 1 d | "
              "no command can renew it: put a CA of your own in its place, or wait\n");
}

TEST(CertFindings, NameTheFaultOfAFile)
{
    Certificate faulty = sound();
    faulty.facts.key_matches = false;
    EXPECT_EQ(said(faulty, born + days{1}),
              "CG211 critical server: does not match its key '/certs/server.key' | "
              "sudo microk8s refresh-certs --cert server.crt\n");

    faulty = sound();
    faulty.facts.signed_by_issuer = false;
    EXPECT_EQ(said(faulty, born + days{1}),
              "CG204 critical server: is not signed by 'ca' | "
              "one of the two was replaced: clockguard explain CG204\n");

    faulty = sound("client");
    faulty.place.renew = {};
    faulty.is_missing = true;
    EXPECT_EQ(said(faulty, born + days{1}),
              "CG210 critical client: '/certs/server.crt' is missing | "
              "no command can renew it: put a backup of your own back\n");

    faulty = sound();
    faulty.error = "cannot read 'x': Permission denied";
    faulty.is_denied = true;
    EXPECT_EQ(said(faulty, born + days{1}),
              "CG209 note server: cannot read 'x': Permission denied | run as root\n");
}

/// A CA and what it signed: by the first certificate of its file, or by the second.
CertsVerdict with_signers(const std::vector<CertSigner>& signers, Instant now)
{
    Certificate ca = sound("ca");
    ca.facts.all = {"ca", "old"};
    ca.facts.sha256 = "ca";
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
    EXPECT_EQ(state({old, ca_itself}), CertState::Valid);
    EXPECT_EQ(state({}), CertState::Valid);
    EXPECT_EQ(with_signers({future}, born).findings.front().message,
              "is signed by a certificate of 'ca' that is not valid until 2026-01-01T00:00:01Z");
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

TEST(CertFindings, TellOfACaThatWasMadeAnewWithItsKey)
{
    Certificate named = sound();
    named.facts.names_other_ca = true;

    const CertsVerdict verdict = judge_all({named}, born, policy);

    EXPECT_EQ(verdict.certificates.front().state, CertState::Valid);
    EXPECT_EQ(verdict.findings.front().code, "CG221");
    EXPECT_EQ(verdict.findings.front().severity, Severity::Warning);
    EXPECT_EQ(to_text(verdict.findings.front().advice),
              "sudo clockguard certs refresh --name server");
    named.place.kind = CertKind::Kubeconfig;
    EXPECT_NE(judge_all({named}, born, policy).findings.front().code, "CG221");
}

TEST(CertFindings, NameABackupOnlyWhereOneHelps)
{
    Certificate torn = sound("client.config");
    torn.place.kind = CertKind::Kubeconfig;
    torn.place.copy_of = "client";
    torn.place.renew = {};
    torn.error = "is torn";
    EXPECT_EQ(said(torn, born + days{1}),
              "CG209 critical client.config: is torn | write it again with the certificate and key "
              "of 'client': clockguard explain CG209\n");

    torn.kept_in = "20260303T082011Z";
    EXPECT_EQ(said(torn, born + days{1}), "CG209 critical client.config: is torn | "
                                          "sudo clockguard certs undo --to 20260303T082011Z\n");
}

TEST(CertFindings, SendForWhatIsNotMadeHereToItsMaker)
{
    Certificate theirs = sound("api:cert");
    theirs.place.repair = CertRepair::None;
    theirs.place.renew = {};
    theirs.facts.issuer = "CN=R11";
    const std::string maker =
        "no command here can renew it: its issuer 'CN=R11' must sign it again";
    EXPECT_NE(said(theirs, dies + 1h).find(" | " + maker + "\n"), std::string::npos);
    EXPECT_NE(said(theirs, born - 1h).find(" | " + maker + ", or wait\n"), std::string::npos);

    theirs.place.comes_by_joining = true;
    EXPECT_NE(said(theirs, dies + 1h).find(" | join the node again\n"), std::string::npos);
    EXPECT_NE(said(theirs, born - 1h).find(" | join the node again, or wait\n"), std::string::npos);
}

TEST(CertFindings, SendForACasKeyToWhereItMayBe)
{
    Certificate ca = sound("ca");
    ca.facts.key_matches = false;

    EXPECT_EQ(said(ca, born + days{1}),
              "CG211 critical ca: does not match its key '/certs/server.key' | "
              "put the CA's own key back: clockguard explain CG218\n");
}

TEST(CertFindings, TellACopyThatContradictsItsFile)
{
    Certificate config = sound("client.config");
    config.place.copy_of = "client";
    config.place.renew = {};
    config.differs_from_file = true;
    EXPECT_EQ(said(config, born + days{1}),
              "CG205 warning client.config: embeds another certificate than 'client' | "
              "sudo clockguard certs refresh --name client.config\n");

    config.embeds_other_ca = true;
    EXPECT_EQ(said(config, born + days{1}),
              "CG205 warning client.config: trusts another CA certificate than 'ca' | "
              "clockguard explain CG205\n");
}

TEST(CertFindings, ComeWorstFirst)
{
    Certificate expiring = sound("a");
    Certificate missing = sound("b");
    missing.is_missing = true;

    const CertsVerdict verdict = judge_all({expiring, missing}, dies, policy);

    ASSERT_EQ(verdict.findings.size(), 2U);
    EXPECT_EQ(verdict.findings[0].subject, "b");
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
    certificate.facts.forbidden_name = "127.0.0.1";

    const CertsVerdict verdict = judge_all({certificate}, born - 1us, policy);

    EXPECT_EQ(verdict.certificates.front().state, CertState::ChainBroken);
    ASSERT_FALSE(verdict.findings.empty());
    EXPECT_EQ(verdict.findings.front().code, "CG204");
    EXPECT_EQ(verdict.findings.front().message,
              "names '127.0.0.1', for which the name constraints of 'ca' let it sign nothing");
}

TEST(CertFindings, AdviseOneRefreshForACaAndWhatItHasSigned)
{
    Certificate ca = sound("ca");
    ca.place.repair = CertRepair::RedateShared;

    const CertsVerdict both = judge_all({ca, sound()}, dies + 1us, policy);
    const CertsVerdict leaf = judge_all({sound()}, dies + 1us, policy);

    ASSERT_EQ(both.findings.size(), 2U);
    for (const Finding& finding : both.findings)
        EXPECT_EQ(to_text(finding.advice), "sudo clockguard certs refresh --expired --include-ca");
    EXPECT_EQ(to_text(leaf.findings.front().advice), "sudo clockguard certs refresh --expired");
}

TEST(CertFindings, TellOfACertificateThatIsOfNoUseInItsPlace)
{
    const auto said = [](CertUse use, const CertFacts& extensions) {
        Certificate certificate = sound();
        certificate.place.use = use;
        certificate.facts.serves = extensions.serves;
        certificate.facts.calls = extensions.calls;
        certificate.facts.names_hosts = extensions.names_hosts;
        certificate.facts.has_strange_part = extensions.has_strange_part;
        const CertsVerdict verdict = judge_all({certificate}, born, policy);
        return verdict.findings.empty() ? "" : verdict.findings.front().message;
    };

    EXPECT_EQ(said(CertUse::Server, {.serves = false}),
              "is not for servers: its extended key usage has no serverAuth");
    EXPECT_EQ(said(CertUse::Client, {.calls = false}),
              "is not for clients: its extended key usage has no clientAuth");
    EXPECT_EQ(said(CertUse::Any, {.has_strange_part = true}),
              "has a critical extension that Kubernetes does not know");
    const std::string other =
        said(CertUse::Any, {.names_hosts = false, .serves = false, .calls = false});
    EXPECT_EQ(other.find("is not for"), std::string::npos);
    EXPECT_EQ(other, said(CertUse::Client, {.names_hosts = false, .serves = false}));
}

}  // namespace
}  // namespace clockguard
