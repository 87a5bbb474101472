// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_survey.hpp"

#include <gtest/gtest.h>

#include "clockguard/command/certs/served.hpp"
#include "support/certs_node.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

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

/// A node that keeps its state in etcd has neither of the two; k8s-dqlite does not start without
/// one.
TEST(CertsOutput, MissAnOptionalCertificateWhoseKeyIsThere)
{
    NodeWithFlags node;
    node.tree.remove("/var/kubernetes/backend/cluster.crt");

    const Said said = node.check();

    EXPECT_NE(said.out.find("cluster: '/var/snap/microk8s/current/var/kubernetes/backend/"
                            "cluster.crt' is missing"),
              std::string::npos)
        << said.out;

    node.tree.remove("/var/kubernetes/backend/cluster.key");
    EXPECT_EQ(node.survey().find("cluster")->certificate.skipped, "it is not there");
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

TEST(CertsCheck, HasNothingToDoWithoutMicrok8s)
{
    Node node;

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_EQ(said.out, "MicroK8s is not installed: '" + node.tree.root().folder +
                            "/var/snap/microk8s/current' does not exist\n");
}

TEST(CertsCheck, NamesTheDistributionThatIsThereInstead)
{
    Node node;
    node.tree.tree.write("/etc/kubernetes/pki/ca.crt", "");

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_TRUE(said.out.ends_with("does not exist\nkubeadm is: to have its certificates judged, "
                                   "set certs.profile = \"kubeadm\" in "
                                   "/etc/clockguard/clockguard.toml\n"))
        << said.out;
}

TEST(CertsCheck, HasNothingToDoBeforeTheFirstStart)
{
    Node node;
    std::filesystem::create_directories(node.tree.tree.path("/var/snap/microk8s/current/args"));

    EXPECT_EQ(node.check().out, "MicroK8s has made no certificates yet: nothing to check\n");
    EXPECT_EQ(node.check().code, ExitCode::Healthy);
}

TEST(CertsCheck, MissesWhatWasLostWithTheirFolder)
{
    Node node;
    node.tree.build();
    std::filesystem::remove_all(node.tree.path("/certs"));

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_NE(said.out.find("CG210 critical  server: '"), std::string::npos) << said.out;
}

TEST(CertsCheck, CannotTellWhereTheirFolderIsALinkToNothing)
{
    Node node;
    node.tree.build();
    const std::string certs = node.tree.path("/certs");
    std::filesystem::remove_all(certs);
    std::filesystem::create_symlink("/mnt/gone", certs);

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Undetermined);
    EXPECT_NE(said.err.find("'" + certs + "': No such file or directory"), std::string::npos)
        << said.err;
}

TEST(CertsCheck, CannotTellWhereCurrentLeadsNowhere)
{
    Node node;
    const std::string current = node.tree.tree.path("/var/snap/microk8s/current");
    std::filesystem::create_directories(node.tree.tree.path("/var/snap/microk8s"));
    std::filesystem::create_symlink("8511", current);

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Undetermined);
    EXPECT_EQ(said.err, "clockguard: cannot read the data of MicroK8s '" + current +
                            "', a link to '" + node.tree.tree.path("/var/snap/microk8s/8511") +
                            "': No such file or directory\n");
}

TEST(CertsCheck, FollowsAnAbsoluteLinkBelowTheRoot)
{
    Node node;
    node.tree.build();
    const std::string current = node.tree.tree.path("/var/snap/microk8s/current");
    std::filesystem::remove(current);
    std::filesystem::create_symlink(Microk8sTree::data, current);

    EXPECT_EQ(node.check().code, ExitCode::Critical);
}

/// There are no certificates there either, and nothing is well.
TEST(CertsCheck, CannotTellWhereCurrentLeadsToNoRevision)
{
    Node node;
    node.tree.build();
    const std::string current = node.tree.tree.path("/var/snap/microk8s/current");
    for (const std::string to : {"..", "/", "8511/certs", "common", "/srv/8511"}) {
        std::filesystem::create_directories(node.tree.tree.path("/var/snap/microk8s/common"));
        std::filesystem::create_directories(node.tree.tree.path("/srv/8511"));
        std::filesystem::remove(current);
        std::filesystem::create_symlink(to, current);

        const Said said = node.check();

        EXPECT_EQ(said.code, ExitCode::Undetermined) << to;
        EXPECT_NE(said.err.find("': that is not a revision of the snap\n"), std::string::npos)
            << said.err;
    }
}

TEST(CertsCheck, FindsEveryFaultOfAFile)
{
    Node node;
    node.tree.leaves = node.tree.installed;
    node.tree.build();
    const Microk8sTree& tree = node.tree;
    tree.write("/certs/server.crt", "");
    tree.remove("/certs/front-proxy-client.crt");
    tree.write("/certs/kubelet.crt", tree.read("/certs/kubelet.crt").substr(0, 300));
    tree.remove("/certs/client.crt");
    std::filesystem::create_directory(tree.path("/certs/client.crt"));
    tree.write("/certs/proxy.key", tree.read("/certs/scheduler.key"));
    tree.write("/certs/controller.crt", std::string(1024, '\0'));
    tree.write("/credentials/kubelet.config", "");
    const TestCert stranger_ca = make_cert({.name = "10.152.183.1", .is_ca = true});
    tree.write("/certs/scheduler.crt", make_cert({.name = "scheduler",
                                                  .not_before = tree.installed.from,
                                                  .not_after = tree.installed.until,
                                                  .issuer = &stranger_ca,
                                                  .key = tree.certs.at("scheduler").key})
                                           .pem);

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Critical);
    const std::string at = tree.path("");
    const std::string restore =
        "                  no command can renew it: put a backup of your own back\n";
    EXPECT_EQ(
        said.out,
        "CRITICAL  1 of 16 certificates is not matching their key, 1 not signed by their CA, "
        "5 unreadable, 1 missing\n"
        "  CG209 critical  server: certificate '" +
            at +
            "/certs/server.crt' is empty\n"
            "                  sudo find /var/snap/microk8s/current/certs -name ca.srl -empty "
            "-delete; "
            "sudo microk8s refresh-certs --cert server.crt\n"
            "  CG210 critical  front-proxy-client: "
            "'/var/snap/microk8s/current/certs/front-proxy-client.crt' is missing\n"
            "                  sudo find /var/snap/microk8s/current/certs -name front-proxy-ca.srl "
            "-empty "
            "-delete; sudo microk8s "
            "refresh-certs --cert front-proxy-client.crt\n"
            "  CG209 critical  kubelet: certificate '" +
            at +
            "/certs/kubelet.crt' is cut off: a "
            "certificate in it has no end\n" +
            restore + "  CG209 critical  client: cannot read '" + at +
            "/certs/client.crt': Is a "
            "directory\n" +
            restore + "  CG209 critical  controller: certificate '" + at +
            "/certs/controller.crt' holds "
            "no certificate\n" +
            restore +
            "  CG204 critical  scheduler: is not signed by 'ca'\n"
            "                  one of the two was replaced: clockguard explain CG204\n"
            "  CG211 critical  proxy: does not match its key "
            "'/var/snap/microk8s/current/certs/proxy.key'\n" +
            restore + "  CG209 critical  kubelet.config: kubeconfig '" + at +
            "/credentials/kubelet.config'"
            " is empty\n"
            "                  write it again with the certificate and key of 'kubelet': "
            "clockguard "
            "explain CG209\n"
            "  CG205 warning   scheduler.config: embeds another certificate than 'scheduler'\n"
            "                  sudo clockguard certs refresh --name scheduler.config\n");
}

TEST(CertsCheck, LooksOnAWorkerAtWhatAWorkerUses)
{
    Node node;
    node.tree.build();
    node.tree.lock("clustered.lock");
    node.tree.write("/certs/ca.remote.crt", node.tree.certs.at("ca").pem);

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_EQ(said.out,
              "OK  5 certificates are valid\n"
              "  All 5 certificates stay valid for clock errors from -305 d to +9 y 1 mo.\n");
}

TEST(CertsCheck, CannotTellWhatAnArgsFileNamesThatCannotBeRead)
{
    Node node;
    node.tree.leaves = node.tree.installed;
    node.tree.build();
    node.tree.write("/args/kube-apiserver", std::string(300U << 10U, 'a'));

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Undetermined);
    EXPECT_EQ(said.out, "UNKNOWN  1 of 17 certificates is unreadable\n"
                        "  CG209 note      args/kube-apiserver: args file '" +
                            node.tree.path("/args/kube-apiserver") +
                            "' is 300 KiB long, limit 256 KiB: which certificates its flags name "
                            "is not known\n");

    std::filesystem::remove(node.tree.path("/args/kube-apiserver"));
    std::filesystem::create_directory(node.tree.path("/args/kube-apiserver"));

    const Said folder = node.check();

    EXPECT_EQ(folder.code, ExitCode::Undetermined);
    EXPECT_NE(folder.out.find("args/kube-apiserver'"), std::string::npos) << folder.out;
}

TEST(CertsCheck, RefusesPolicyConstraintsWhereTheReleaseDoesNotKnowThem)
{
    Node node;
    node.tree.leaves = node.tree.installed;
    node.tree.build();
    node.tree.write("/certs/ca.crt",
                    with_extensions(node.tree.certs.at("ca"),
                                    {{"basicConstraints", "critical,CA:TRUE"},
                                     {"policyConstraints", "critical,requireExplicitPolicy:0"}}));
    const auto release = [&](const char* version) {
        node.tree.tree.write("/snap/microk8s/current/meta/snap.yaml", version);
        return node.check().out;
    };

    for (const char* version : {"version: v1.32.9\n", "version: dev\n"})
        EXPECT_NE(release(version).find("CG223 critical  ca: has the critical extension 'X509v3 "
                                        "Policy Constraints', which Kubernetes before 1.33 does "
                                        "not know\n"),
                  std::string::npos);
    EXPECT_EQ(release("version: v1.33.0\n").find("CG223"), std::string::npos);
}

TEST(CertsCheck, TakesANegativeSerialWhereTheReleaseDoes)
{
    Node node;
    node.tree.leaves = node.tree.installed;
    node.tree.build();
    node.tree.write("/certs/server.crt", make_cert({.name = "127.0.0.1",
                                                    .not_before = node.tree.installed.from,
                                                    .not_after = node.tree.installed.until,
                                                    .issuer = &node.tree.certs.at("ca"),
                                                    .serial = -5,
                                                    .key = node.tree.certs.at("server").key})
                                             .pem);
    const auto release = [&](const char* version) {
        node.tree.tree.write("/snap/microk8s/current/meta/snap.yaml", version);
        return node.check().out;
    };

    for (const char* version : {"version: v1.32.9\n", "version: dev\n"})
        EXPECT_NE(release(version).find("CG223 critical  server: has a negative serial number, "
                                        "which Kubernetes does not read from 1.32 on\n"),
                  std::string::npos);
    EXPECT_EQ(release("version: v1.31.9\n").find("CG223"), std::string::npos);
}

TEST(CertsCheck, SendsForWhatAnIntermediateCaSignedToItsMaker)
{
    Node node;
    node.tree.leaves = node.tree.installed;
    node.tree.build();
    const TestDates& dates = node.tree.installed;
    const TestCert between = make_cert({.name = "between",
                                        .not_before = dates.from,
                                        .not_after = dates.until,
                                        .issuer = &node.tree.certs.at("ca"),
                                        .is_ca = true});
    const auto serve = [&](std::chrono::sys_seconds from) {
        node.tree.write("/certs/server.crt", make_cert({.name = "127.0.0.1",
                                                        .not_before = from,
                                                        .not_after = dates.until,
                                                        .issuer = &between,
                                                        .key = node.tree.certs.at("server").key})
                                                     .pem +
                                                 between.pem);
    };

    serve(dates.from);
    EXPECT_EQ(node.check().code, ExitCode::Healthy);

    serve(at("2026-04-03T08:07:34Z"));
    const std::string said = node.check().out;
    EXPECT_NE(said.find("CG201 critical  server: is not valid until 2026-04-03T08:07:34Z, in 31 d\n"
                        "                  sudo find /var/snap/microk8s/current/certs -name ca.srl "
                        "-empty -delete; sudo microk8s refresh-certs --cert server.crt\n"),
              std::string::npos)
        << said;
}

/// Of a backup, for instance, that is to be offered.
TEST(SurveyText, IsJudgedByTheReleaseLikeAFile)
{
    Node node;
    node.tree.build();
    node.tree.tree.write("/snap/microk8s/current/meta/snap.yaml", "version: v1.33.0\n");
    const auto survey = survey_certificates(node.context());
    ASSERT_TRUE(survey) << to_text(survey.error());
    CertReader reader;

    const SurveyedCert ca =
        survey_text(survey->find("ca")->certificate.place,
                    with_extensions(node.tree.certs.at("ca"),
                                    {{"basicConstraints", "critical,CA:TRUE"},
                                     {"policyConstraints", "critical,requireExplicitPolicy:0"}}),
                    *survey, reader);

    EXPECT_EQ(ca.certificate.error, "");
    EXPECT_EQ(ca.certificate.facts.strange_part.name, "");
}

}  // namespace
}  // namespace clockguard
