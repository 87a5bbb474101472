// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/cert_findings.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/sound_certificate.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

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

const CertSigner serves_nothing{.not_before = born, .not_after = dies, .lets_serve = false};
const CertSigner calls_nothing{.not_before = born, .not_after = dies, .lets_call = false};

TEST(CertFindings, AdviseNoRenewalThatWouldHaveTheFaultAgain)
{
    const auto advice = [](const CertFacts& extensions) {
        Certificate certificate = sound();
        certificate.place.use = CertUse::Server;
        certificate.place.renew = Advice{"make it anew"};
        certificate.facts.serves = extensions.serves;
        certificate.facts.signers = extensions.signers;
        certificate.facts.strange_name = extensions.strange_name;
        return to_text(judge_all({certificate}, born, policy).findings.front().advice);
    };

    EXPECT_EQ(advice({.serves = false}), "make it anew");
    EXPECT_EQ(advice({.serves = false, .signers = {serves_nothing}}), "make it anew");
    EXPECT_EQ(advice({.signers = {serves_nothing}}), "clockguard explain CG223");
    EXPECT_EQ(advice({.strange_name = "b..example"}), "clockguard explain CG223");
}

TEST(CertFindings, NameAnEmbeddedKeyWithAPassphraseByWhereItIs)
{
    const auto said = [](const std::string& key_path) {
        Certificate certificate = sound();
        certificate.place.key_path = key_path;
        certificate.facts.key_is_encrypted = true;
        return judge_all({certificate}, born, policy).findings.front().message;
    };

    EXPECT_EQ(said("/certs/server.key"), "has its key '/certs/server.key' encrypted with a "
                                         "passphrase, and its user has none to read it with");
    EXPECT_EQ(said(""), "has the key embedded beside it encrypted with a passphrase, and its user "
                        "has none to read it with");
}

/// Where another makes the certificates, a CA's key is often kept elsewhere.
TEST(CertFindings, WarnOfACaWithoutItsKeyWhereItIsToSignHere)
{
    const auto findings = [](CertRepair repair, bool lacks_key, Instant now = born + days{1}) {
        Certificate ca = sound();
        ca.place.issuer = ca.place.name;
        ca.place.repair = repair;
        ca.lacks_key = lacks_key;
        const CertsVerdict verdict = judge_all({ca}, now, policy);
        std::string told;
        for (const Finding& finding : verdict.findings)
            told += finding.code + " " + finding.message + "\n";
        return told;
    };

    EXPECT_EQ(findings(CertRepair::RedateShared, true),
              "CG216 has no key '/certs/server.key': nothing can be signed with it\n");
    EXPECT_EQ(findings(CertRepair::RedateShared, false), "");
    EXPECT_EQ(findings(CertRepair::None, true), "");
    EXPECT_EQ(
        findings(CertRepair::RedateShared, true, sound().facts.not_after + days{1}).find("CG216"),
        std::string::npos);
}

TEST(CertFindings, TellOfACertificateThatIsOfNoUseInItsPlace)
{
    const auto said = [](CertUse use, const CertFacts& extensions) {
        Certificate certificate = sound();
        certificate.place.use = use;
        certificate.facts.serves = extensions.serves;
        certificate.facts.calls = extensions.calls;
        certificate.facts.names_hosts = extensions.names_hosts;
        certificate.facts.strange_part = extensions.strange_part;
        certificate.facts.signers = extensions.signers;
        certificate.facts.strange_name = extensions.strange_name;
        certificate.facts.has_negative_serial = extensions.has_negative_serial;
        const CertsVerdict verdict = judge_all({certificate}, born, policy);
        return verdict.findings.empty() ? "" : verdict.findings.front().message;
    };

    EXPECT_EQ(said(CertUse::Server, {.serves = false}),
              "is not for servers: its extended key usage has no serverAuth");
    EXPECT_EQ(said(CertUse::Client, {.calls = false}),
              "is not for clients: its extended key usage has no clientAuth");
    EXPECT_EQ(said(CertUse::Server, {.signers = {serves_nothing}}),
              "is not for servers: the extended key usage of 'ca' has no serverAuth");
    EXPECT_EQ(said(CertUse::Client, {.signers = {calls_nothing}}),
              "is not for clients: the extended key usage of 'ca' has no clientAuth");
    EXPECT_EQ(said(CertUse::Client, {.signers = {serves_nothing}}), said(CertUse::Client, {}));
    CertSigner chain = calls_nothing;
    chain.is_sent = true;
    EXPECT_EQ(said(CertUse::Client, {.signers = {chain}}),
              "is not for clients: the extended key usage of a CA in its chain up to 'ca' has no "
              "clientAuth");
    CertSigner good = calls_nothing;
    good.lets_call = true;
    EXPECT_EQ(said(CertUse::Client, {.signers = {calls_nothing, good}}), said(CertUse::Client, {}));
    EXPECT_EQ(said(CertUse::Any, {.strange_name = "b..example"}),
              "names 'b..example', which Kubernetes cannot read: a name is ASCII, an address has 4 "
              "or 16 octets, a URI has a host that can be one");
    EXPECT_EQ(said(CertUse::Any, {.has_negative_serial = true}),
              "has a negative serial number, which Kubernetes does not read from 1.32 on");
    EXPECT_EQ(said(CertUse::Any, {.strange_part = {.name = "1.2.3.4"}}),
              "has the critical extension '1.2.3.4', which Kubernetes does not know");
    EXPECT_EQ(said(CertUse::Any, {.strange_part = {"X509v3 Policy Constraints", 33}}),
              "has the critical extension 'X509v3 Policy Constraints', which Kubernetes before "
              "1.33 does not know");
    const std::string other =
        said(CertUse::Any, {.names_hosts = false, .serves = false, .calls = false});
    EXPECT_EQ(other.find("is not for"), std::string::npos);
    EXPECT_EQ(other, said(CertUse::Client, {.names_hosts = false, .serves = false}));
}

}  // namespace
}  // namespace clockguard
