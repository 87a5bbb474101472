// SPDX-License-Identifier: Apache-2.0
#include "command/certs/cert_exceptions.hpp"

#include <gtest/gtest.h>

#include "support/tree.hpp"

namespace clockguard {
namespace {

Certificate authority()
{
    return {
        .place = {.repair = CertRepair::Redate},
        .facts = {.sha256 = "a", .signer = "a", .key_matches = false, .signed_by_issuer = false}};
}

TEST(RelaxCaChecks, TakesACaForAnAnchor)
{
    Certificate intermediate = authority();
    intermediate.facts.has_other_issuer = true;
    relax_ca_checks(intermediate);
    Certificate self_signed = authority();
    relax_ca_checks(self_signed);

    EXPECT_EQ(intermediate.facts.signed_by_issuer, std::nullopt);
    EXPECT_EQ(intermediate.place.repair, CertRepair::None);
    EXPECT_EQ(self_signed.facts.signed_by_issuer, std::nullopt);
    EXPECT_EQ(self_signed.place.repair, CertRepair::Redate);
}

TEST(RelaxCaChecks, LetsAKeyBelongToAnotherCertificateOfTheFile)
{
    Certificate first_signs = authority();
    relax_ca_checks(first_signs);
    Certificate another_signs = authority();
    another_signs.facts.signer = "b";
    relax_ca_checks(another_signs);

    EXPECT_EQ(first_signs.facts.key_matches, false);
    EXPECT_EQ(another_signs.facts.key_matches, std::nullopt);
}

TEST(RelaxCaChecks, RelaxesNothingOfWhatWasNotRead)
{
    Certificate unread = authority();
    unread.facts.sha256 = "";
    unread.facts.has_other_issuer = true;

    relax_ca_checks(unread);

    EXPECT_EQ(unread.facts.key_matches, false);
    EXPECT_EQ(unread.facts.signed_by_issuer, false);
}

Certificate named(std::optional<bool> signed_by_issuer)
{
    return {.place = {.repair = CertRepair::Reissue, .named_by_flag = "--tls-cert-file"},
            .facts = {.signed_by_issuer = signed_by_issuer},
            .embeds_other_ca = true};
}

TEST(AllowUnknownCa, LetsWhatAFlagNamesHaveAnotherCa)
{
    Certificate other = named(false);
    allow_unknown_ca(other);

    EXPECT_EQ(other.facts.signed_by_issuer, std::nullopt);
    EXPECT_FALSE(other.embeds_other_ca);
    EXPECT_EQ(other.place.repair, CertRepair::None);
}

TEST(AllowUnknownCa, AllowsNothingToOthers)
{
    Certificate of_ours = named(true);
    allow_unknown_ca(of_ours);
    Certificate of_the_profile = named(false);
    of_the_profile.place.named_by_flag = "";
    allow_unknown_ca(of_the_profile);

    EXPECT_EQ(of_ours.place.repair, CertRepair::Reissue);
    EXPECT_TRUE(of_ours.embeds_other_ca);
    EXPECT_EQ(of_the_profile.facts.signed_by_issuer, false);
    EXPECT_EQ(of_the_profile.place.repair, CertRepair::Reissue);
}

Certificate self_made_by(const std::string& issuer)
{
    return {.place = {.path = "/k/kubelet.crt",
                      .key_path = "/k/kubelet.key",
                      .issuer = "ca",
                      .repair = CertRepair::Reissue,
                      .self_made_when_older = true},
            .facts = {.issuer = issuer, .signed_by_issuer = false}};
}

TEST(AllowSelfMade, KnowsItByTheReleaseOrByItsName)
{
    Certificate older = self_made_by("CN=node");
    allow_self_made(older, {.is_older = true});
    Certificate by_name = self_made_by("CN=node-ca@1775203624");
    allow_self_made(by_name, {});

    for (const Certificate& certificate : {older, by_name}) {
        EXPECT_EQ(certificate.facts.signed_by_issuer, std::nullopt);
        EXPECT_EQ(certificate.place.issuer, "");
        EXPECT_EQ(certificate.place.repair, CertRepair::None);
        EXPECT_EQ(certificate.place.renew.command.steps,
                  (std::vector<std::string>{"rm -f /k/kubelet.crt /k/kubelet.key",
                                            "snap restart microk8s.daemon-kubelite"}));
    }
}

TEST(AllowSelfMade, AllowsItNowhereElse)
{
    Certificate strange = self_made_by("CN=10.152.183.1");
    allow_self_made(strange, {});
    Certificate of_ours = self_made_by("CN=node-ca@1775203624");
    of_ours.facts.signed_by_issuer = true;
    allow_self_made(of_ours, {.is_older = true});
    Certificate elsewhere = self_made_by("CN=node-ca@1775203624");
    elsewhere.place.self_made_when_older = false;
    allow_self_made(elsewhere, {.is_older = true});

    EXPECT_EQ(strange.facts.signed_by_issuer, false);
    for (const Certificate& certificate : {strange, of_ours, elsewhere}) {
        EXPECT_EQ(certificate.place.issuer, "ca");
        EXPECT_EQ(certificate.place.repair, CertRepair::Reissue);
    }
}

/// What is left to refuse of a part that is known since a release, where this one runs.
std::string refused_part(const std::string& release, int known_since)
{
    const Tree tree;
    if (!release.empty())
        tree.write("/snap/microk8s/current/meta/snap.yaml", "version: " + release + "\n");
    Certificate certificate{
        .facts = {.strange_part = {.name = "Policy Constraints", .known_since = known_since}}};
    allow_known_parts(certificate, {.folder = tree.folder()});
    return certificate.facts.strange_part.name;
}

TEST(AllowKnownParts, AsksTheReleaseThatRuns)
{
    EXPECT_EQ(refused_part("v1.33.0", 33), "");
    EXPECT_EQ(refused_part("v1.34.1", 33), "");
    EXPECT_EQ(refused_part("v1.32.9", 33), "Policy Constraints");
    EXPECT_EQ(refused_part("", 33), "Policy Constraints");
    EXPECT_EQ(refused_part("v1.33.0", 0), "Policy Constraints");
}

}  // namespace
}  // namespace clockguard
