// SPDX-License-Identifier: Apache-2.0
// Certificates that MicroK8s' args files name instead of the usual ones.
#include <gtest/gtest.h>

#include "clockguard/command/certs/certs_survey.hpp"
#include "clockguard/command/certs/served.hpp"
#include "support/certs_node.hpp"

namespace clockguard {
namespace {

constexpr const char* own_pair = "--tls-cert-file=${SNAP_DATA}/own/api.crt\n"
                                 "--tls-private-key-file=${SNAP_DATA}/own/api.key\n";

/// A node whose API server was given a certificate of its own, dated by the wrong clock.
struct NodeWithFlags : Node {
    NodeWithFlags()
    {
        tree.leaves = tree.installed;
        tree.build();
        tree.write("/args/kube-apiserver", own_pair);
        tree.write("/args/cluster-agent", "cluster-agent --bind 0.0.0.0:25000 --certfile "
                                          "\"${SNAP_DATA}/certs/server.crt\"\n");
        give("/own/api", &tree.certs.at("ca"));
    }

    void give(const std::string& place, const TestCert* ca)
    {
        own = make_cert({.name = "127.0.0.1",
                         .not_before = at("2026-04-03T08:07:34Z"),
                         .not_after = at("2027-04-03T08:07:34Z"),
                         .issuer = ca});
        tree.write(place + ".crt", own.pem);
        tree.write(place + ".key", own.key_pem());
    }

    CertSurvey survey() const
    {
        const auto survey = survey_certificates(context());
        EXPECT_TRUE(survey) << to_text(survey.error());
        return survey.value_or(CertSurvey{});
    }

    TestCert own{};
};

TEST(CertsOutput, AreJudgedBesideTheUsualOnes)
{
    NodeWithFlags node;

    EXPECT_EQ(node.check().out,
              "CRITICAL  1 of 17 certificates is not yet valid\n"
              "  CG201 critical  kube-apiserver:tls-cert-file: is not valid until "
              "2026-04-03T08:07:34Z, in 31 d\n"
              "                  sudo clockguard certs refresh --not-yet-valid\n");
}

TEST(CertsOutput, AreSignedAnewByTheClustersCa)
{
    NodeWithFlags node;
    const std::string usual = node.tree.read("/certs/server.crt");

    EXPECT_EQ(node.refresh().code, ExitCode::Healthy);

    EXPECT_EQ(node.check().out.substr(0, 30), "OK  17 certificates are valid\n");
    EXPECT_NE(node.tree.read("/own/api.crt"), node.own.pem);
    EXPECT_EQ(node.tree.read("/own/api.key"), node.own.key_pem());
    EXPECT_EQ(node.tree.read("/certs/server.crt"), usual);

    EXPECT_EQ(node.undo().code, ExitCode::Healthy);
    EXPECT_EQ(node.tree.read("/own/api.crt"), node.own.pem);
}

TEST(CertsOutput, AreLeftToTheCaThatSignedThem)
{
    NodeWithFlags node;
    const TestCert other = make_cert({.name = "another", .is_ca = true});
    node.give("/own/api", &other);

    const Said said = node.refresh({.select = {.names = {"kube-apiserver:tls-cert-file"}}});

    EXPECT_EQ(said.out, "CG212 'kube-apiserver:tls-cert-file' cannot be re-issued: neither "
                        "clockguard nor a command of its distribution can renew it\n");
    EXPECT_EQ(node.tree.read("/own/api.crt"), node.own.pem);
    EXPECT_EQ(node.check().out.find("CG204"), std::string::npos) << node.check().out;
}

TEST(CertsOutput, AreUnknownOutsideTheDataAndNotOpened)
{
    NodeWithFlags node;
    node.tree.tree.write("/etc/ssl/api.crt", "not to be read");
    node.tree.write("/args/kube-apiserver", "--tls-cert-file=/etc/ssl/api.crt\n");

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Undetermined);
    EXPECT_NE(said.out.find("CG209 note      kube-apiserver:tls-cert-file: kube-apiserver "
                            "--tls-cert-file names '/etc/ssl/api.crt', which is outside "
                            "/var/snap/microk8s/current\n"
                            "                  to have it judged, see 'within' in man "
                            "clockguard-profile\n"),
              std::string::npos)
        << said.out;
}

TEST(CertsOutput, DoNotMissAFileOfTheKubeletInAnotherFolder)
{
    NodeWithFlags node;
    node.tree.write("/args/kubelet", "--cert-dir=${SNAP_DATA}/own\n");
    node.tree.write("/own/kubelet.crt", node.tree.read("/certs/kubelet.crt"));
    node.tree.write("/own/kubelet.key", node.tree.read("/certs/kubelet.key"));
    node.tree.remove("/certs/kubelet.crt");

    const CertSurvey survey = node.survey();

    ASSERT_NE(survey.find("kubelet:cert-dir/kubelet.crt"), nullptr);
    EXPECT_EQ(survey.find("kubelet:cert-dir/kubelet.crt")->certificate.error, "");
    EXPECT_FALSE(survey.find("kubelet")->certificate.is_missing);
}

TEST(CertsOutput, DoNotMissTheUsualFileAnyMore)
{
    NodeWithFlags node;
    node.tree.write("/args/kubelet", "--kubeconfig=${SNAP_DATA}/own/kubelet.config\n");
    node.tree.write("/own/kubelet.config", node.tree.read("/credentials/kubelet.config"));
    node.tree.remove("/credentials/kubelet.config");

    const CertSurvey survey = node.survey();

    ASSERT_NE(survey.find("kubelet:kubeconfig"), nullptr);
    EXPECT_EQ(survey.find("kubelet:kubeconfig")->certificate.error, "");
    EXPECT_EQ(survey.find("kubelet.config")->certificate.skipped, "it is not there");
}

TEST(CertsOutput, AreWhatTheApiServerHasToServe)
{
    NodeWithFlags node;
    const CertSurvey survey = node.survey();

    const SurveyedCert* api = served_by(tls_servers.front(), survey);
    const SurveyedCert* agent = served_by(tls_servers.back(), survey);

    ASSERT_NE(api, nullptr);
    EXPECT_EQ(api->certificate.place.name, "kube-apiserver:tls-cert-file");
    ASSERT_NE(agent, nullptr);
    EXPECT_EQ(agent->certificate.place.name, "server");
}

TEST(CertsOutput, AreNotAskedForWhereTheyAreNotRead)
{
    NodeWithFlags node;
    node.tree.write("/args/kube-apiserver", "--tls-cert-file=/etc/ssl/api.crt\n");

    EXPECT_EQ(served_by(tls_servers.front(), node.survey()), nullptr);
}

}  // namespace
}  // namespace clockguard
