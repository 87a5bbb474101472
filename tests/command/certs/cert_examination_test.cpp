// SPDX-License-Identifier: Apache-2.0
#include "command/certs/cert_examination.hpp"

#include <gtest/gtest.h>

#include "support/config_node.hpp"
#include "support/other_user.hpp"

namespace clockguard {
namespace {

struct Examined {
    ConfigNode node{};
    CertSurvey survey = node.survey();
    CertReader reader{};

    SurveyedCert cert(const std::string& name) const
    {
        const SurveyedCert* found = survey.find(name);
        if (found == nullptr)
            return {};
        return {.certificate = {.place = found->certificate.place},
                .location = found->location,
                .text = found->text};
    }

    Certificate file(const std::string& name)
    {
        SurveyedCert examined = cert(name);
        examine_file(examined, survey, reader);
        return examined.certificate;
    }
};

TEST(ExamineFile, ComparesACertificateWithItsKeyAndItsCa)
{
    Examined by;
    const Certificate sound = by.file("server");
    by.node.tree.write("/certs/server.key", to_pem(make_key()));
    const Certificate other_key = by.file("server");

    EXPECT_EQ(sound.error, "");
    EXPECT_FALSE(sound.holds_none);
    EXPECT_EQ(sound.facts.key_matches, true);
    EXPECT_EQ(sound.facts.signed_by_issuer, true);
    EXPECT_EQ(other_key.facts.key_matches, false);
}

TEST(ExamineFile, TakesALeafWithoutItsKeyForUseless)
{
    Examined by;
    by.node.tree.remove("/certs/server.key");
    by.node.tree.remove("/certs/ca.key");

    const Certificate leaf = by.file("server");
    const Certificate ca = by.file("ca");

    EXPECT_EQ(leaf.error, "cannot read '" + by.node.tree.path("/certs/server.key") +
                              "': No such file or directory");
    EXPECT_EQ(leaf.facts.sha256, "");
    EXPECT_EQ(ca.error, "");
    EXPECT_TRUE(ca.lacks_key);
    EXPECT_NE(ca.facts.sha256, "");
}

/// k8s-dqlite does not start without it, and its certificate is no CA's.
TEST(ExamineFile, TakesACertificateThatSignsItselfAloneForUselessWithoutItsKey)
{
    Examined by;
    by.node.tree.remove("/var/kubernetes/backend/cluster.key");

    const Certificate cluster = by.file("cluster");

    EXPECT_EQ(cluster.error, "cannot read '" +
                                 by.node.tree.path("/var/kubernetes/backend/cluster.key") +
                                 "': No such file or directory");
    EXPECT_TRUE(by.node.survey().find("cluster")->certificate.lacks_key);
}

TEST(ExamineFile, BlamesNoKeyThatItMayNotRead)
{
    Examined by;
    ::chmod(by.node.tree.tree.folder().c_str(), 0755);
    for (const char* key : {"/certs/server.key", "/certs/ca.key"})
        ::chmod(by.node.tree.path(key).c_str(), 0);
    const AsAnotherUser nobody;

    const Certificate leaf = by.file("server");
    const Certificate ca = by.file("ca");

    EXPECT_EQ(leaf.error, "");
    EXPECT_FALSE(leaf.lacks_key);
    EXPECT_EQ(leaf.facts.key_matches, std::nullopt);
    EXPECT_FALSE(ca.lacks_key);
    EXPECT_FALSE(lacks_key(leaf.place, by.survey));
}

TEST(Examine, SaysWhichFileHoldsNone)
{
    Certificate certificate;
    CertReader reader;

    examine(certificate, "/k/x.crt", {.certificate = "junk"}, reader);

    EXPECT_EQ(certificate.error, "certificate '/k/x.crt' holds no certificate");
    EXPECT_TRUE(certificate.holds_none);
}

TEST(ExamineSecret, ComparesWhatItHolds)
{
    Examined by;
    const TestCert& server = by.node.cert("server");
    SurveyedCert secret{.certificate = {.place = {.name = "x", .issuer = "ca"}},
                        .location = "/k/x.json"};
    secret.text = R"({"data": {"tls.crt": ")" + encode_base64(server.pem) + R"(", "tls.key": ")" +
                  encode_base64(server.key_pem()) + R"("}})";

    examine_secret(secret, by.survey, by.reader);

    EXPECT_EQ(secret.text, server.pem);
    EXPECT_EQ(secret.certificate.error, "");
    EXPECT_EQ(secret.certificate.facts.key_matches, true);
    EXPECT_EQ(secret.certificate.facts.signed_by_issuer, true);
}

TEST(ExamineSecret, SaysThatItIsNone)
{
    Examined by;
    SurveyedCert secret{.location = "/k/x.json", .text = "{}"};

    examine_secret(secret, by.survey, by.reader);

    EXPECT_EQ(secret.certificate.error, "secret '/k/x.json' is not a Secret in JSON");
    EXPECT_TRUE(secret.certificate.holds_none);
}

TEST(LacksKey, IsSaidOfALeafWhoseKeyIsGoneOrUseless)
{
    const Examined by;
    const CertPlace server = by.cert("server").certificate.place;
    EXPECT_FALSE(lacks_key(server, by.survey));

    by.node.tree.write("/certs/server.key", "torn");
    EXPECT_TRUE(lacks_key(server, by.survey));
    by.node.tree.remove("/certs/server.key");
    EXPECT_TRUE(lacks_key(server, by.survey));

    CertPlace kubeconfig = server;
    kubeconfig.kind = CertKind::Kubeconfig;
    CertPlace keyless = server;
    keyless.key_path = "";
    by.node.tree.remove("/certs/ca.key");
    for (const CertPlace& place : {kubeconfig, keyless, by.cert("ca").certificate.place})
        EXPECT_FALSE(lacks_key(place, by.survey));
}

}  // namespace
}  // namespace clockguard
