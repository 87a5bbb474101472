// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/cert_advice.hpp"

#include <gtest/gtest.h>

#include "support/sound_certificate.hpp"

namespace clockguard {
namespace {

/// One that neither clockguard nor a command of the distribution makes.
Certificate made_by_others(std::string name = "server")
{
    Certificate certificate = sound(std::move(name));
    certificate.place.repair = CertRepair::None;
    certificate.place.renew = {};
    certificate.facts.issuer = "CN=theirs";
    return certificate;
}

TEST(CertAdvice, RefreshesByTheStateOfAll)
{
    Certificate certificate = sound();
    EXPECT_EQ(to_text(refresh_advice(certificate, "--expired")),
              "sudo clockguard certs refresh --expired");
    certificate.place.repair = CertRepair::RedateShared;
    EXPECT_EQ(to_text(refresh_advice(certificate, "--expired")),
              "sudo clockguard certs refresh --expired --include-ca");
    certificate.place.repair = CertRepair::None;
    EXPECT_EQ(to_text(refresh_advice(certificate, "--expired")),
              "sudo microk8s refresh-certs --cert server.crt");
}

TEST(CertAdvice, TellsFirstWhatStandsInTheWay)
{
    Certificate certificate = sound();
    certificate.first = {"put the file itself in the place of the link that leads to it"};
    EXPECT_EQ(refresh_advice(certificate, "--expired").words, certificate.first.words);
    certificate.place.repair = CertRepair::None;
    EXPECT_NE(refresh_advice(certificate, "--expired").words, certificate.first.words);
}

TEST(CertAdvice, NamesWhoMustSignAgain)
{
    Certificate leaf = made_by_others();
    EXPECT_EQ(refresh_advice(leaf, "--expired").words,
              "no command here can renew it: its issuer 'CN=theirs' must sign it again");
    leaf.place.comes_by_joining = true;
    EXPECT_EQ(refresh_advice(leaf, "--expired").words, "join the node again");

    Certificate ca = made_by_others("ca");
    EXPECT_EQ(refresh_advice(ca, "--expired").words,
              "no command can renew it: put a CA of your own in its place");
    ca.facts.has_other_issuer = true;
    EXPECT_EQ(refresh_advice(ca, "--expired").words,
              "the holder of the key of 'CN=theirs' must sign it again");
}

TEST(CertAdvice, WaitsOnlyForWhatWillBeValid)
{
    Certificate leaf = made_by_others();
    EXPECT_TRUE(not_yet_valid_advice(leaf).words.ends_with(", or wait"));
    leaf.facts.not_after = leaf.facts.not_before - std::chrono::seconds{1};
    EXPECT_FALSE(not_yet_valid_advice(leaf).words.ends_with(", or wait"));
}

TEST(CertAdvice, MakesTheKeyBeforeItsCertificate)
{
    Certificate certificate = sound();
    certificate.place.make_key = parse_renewal("openssl genrsa -out /certs/server.key 2048");
    EXPECT_EQ(replacement_advice(certificate).command.steps.size(), 1U);
    certificate.lacks_key = true;
    EXPECT_EQ(replacement_advice(certificate).command.steps,
              (std::vector<std::string>{"openssl genrsa -out /certs/server.key 2048",
                                        "microk8s refresh-certs --cert server.crt"}));
}

TEST(CertAdvice, MakesAnewWhatARenewalNeedsTheOldOneOf)
{
    Certificate certificate = sound();
    certificate.place.remake = "make it again with k init";
    EXPECT_EQ(to_text(replacement_advice(certificate)),
              "sudo microk8s refresh-certs --cert server.crt");
    for (bool Certificate::*gone : {&Certificate::is_missing, &Certificate::holds_none}) {
        Certificate lost = certificate;
        lost.*gone = true;
        EXPECT_EQ(to_text(replacement_advice(lost)),
                  "make it again with k init: clockguard explain CG210");
    }
    certificate.is_missing = true;
    certificate.place.renew = {};  // its CA's key is elsewhere
    EXPECT_TRUE(replacement_advice(certificate).explained_in.empty());
}

TEST(CertAdvice, RestoresWhatNoCommandMakes)
{
    Certificate certificate = made_by_others();
    EXPECT_EQ(replacement_advice(certificate).words,
              "no command can renew it: put a backup of your own back");
    certificate.kept_in = "20260101T000000Z";
    EXPECT_EQ(to_text(replacement_advice(certificate)),
              "sudo clockguard certs undo --to 20260101T000000Z");
    certificate.lacks_key = true;  // no backup of ours holds one
    EXPECT_TRUE(replacement_advice(certificate).command.empty());
}

TEST(CertAdvice, PutsBackTheKeyOfACa)
{
    EXPECT_EQ(foreign_key_advice(sound("ca")).explained_in, "CG218");
    EXPECT_EQ(to_text(foreign_key_advice(sound())),
              "sudo microk8s refresh-certs --cert server.crt");
}

TEST(CertAdvice, PutsACopyRightWhereItIsOurs)
{
    Certificate copy = sound("client.config");
    copy.differs_from_file = true;
    EXPECT_EQ(to_text(copy_advice(copy)), "sudo clockguard certs refresh --name client.config");
    copy.is_of_another = true;
    EXPECT_EQ(to_text(copy_advice(copy)), "sudo microk8s refresh-certs --cert server.crt");
    copy.place.renew = {};
    EXPECT_EQ(copy_advice(copy).explained_in, "CG205");
}

TEST(CertAdvice, RenewsForItsUseOnlyWhatChangesByIt)
{
    Certificate certificate = sound();
    certificate.place.use = CertUse::Server;
    certificate.facts.serves = false;
    EXPECT_EQ(to_text(use_advice(certificate)), "sudo microk8s refresh-certs --cert server.crt");
    certificate.facts.serves = true;
    certificate.facts.signers = {CertSigner{.lets_serve = false}};
    EXPECT_EQ(use_advice(certificate).explained_in, "CG223");
    certificate.facts.signers = {};
    certificate.facts.strange_name = "n\u00f6de";
    EXPECT_EQ(use_advice(certificate).explained_in, "CG223");
}

}  // namespace
}  // namespace clockguard
