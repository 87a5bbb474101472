// SPDX-License-Identifier: Apache-2.0
// Nodes as people have them: each test is named after what it stands for.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "clockguard/core/base/base64.hpp"
#include "support/certs_node.hpp"

namespace clockguard {
namespace {

/// A node on which all is valid, for tests to spoil one thing of.
struct SoundNode : Node {
    SoundNode()
    {
        tree.leaves = tree.installed;
        tree.build();
    }

    void with_token(const std::string& name, const std::string& ca) const
    {
        tree.write(
            "/credentials/" + name + ".config",
            fmt::format("clusters:\n- name: c\n  cluster: {{server: 'https://127.0.0.1:16443', "
                        "certificate-authority-data: {}}}\n"
                        "contexts:\n- name: x\n  context: {{cluster: c, user: u}}\n"
                        "current-context: x\nusers:\n- name: u\n  user: {{token: abc}}\n",
                        encode_base64(ca)));
    }

    TestCert another_ca(const TestDates& when) const
    {
        return make_cert({.name = "10.152.183.1",
                          .not_before = when.from,
                          .not_after = when.until,
                          .is_ca = true,
                          .key = tree.ca_key});
    }
};

const TestDates gone = dates("2015-05-01T09:12:00Z", "2025-04-29T09:12:00Z");

TestCert expired_leaf(const SoundNode& node, const std::string& name)
{
    return make_cert({.name = name,
                      .not_before = gone.from,
                      .not_after = gone.until,
                      .issuer = &node.tree.certs.at("ca")});
}

TEST(Reality, Entry6TokenKubeconfigsGetTheNewCa)
{
    SoundNode node;
    const std::string old = node.another_ca(gone).pem;
    node.with_token("client", old);

    Said said = node.check();
    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_NE(
        said.out.find("CG205 critical  client.config: trusts another CA certificate than 'ca', "
                      "one that expired at 2025-04-29T09:12:00Z\n"
                      "                  sudo clockguard certs refresh --name client.config\n"),
        std::string::npos)
        << said.out;
    said = node.refresh({.select = {.names = {"client.config"}}, .yes = true});

    EXPECT_EQ(said.code, ExitCode::Healthy) << said.out << said.err;
    EXPECT_NE(node.tree.read("/credentials/client.config")
                  .find(encode_base64(node.tree.certs.at("ca").pem)),
              std::string::npos);
    EXPECT_NE(node.tree.read("/credentials/client.config").find("token: abc"), std::string::npos);
    EXPECT_EQ(node.check().code, ExitCode::Healthy);
}

TEST(Reality, Entry6ACaOfSomebodyElseIsLeftAlone)
{
    SoundNode node;
    const std::string other = make_cert({.name = "other",
                                         .not_before = gone.from,
                                         .not_after = node.tree.installed.until,
                                         .is_ca = true})
                                  .pem;
    std::string text = node.tree.read("/credentials/client.config");
    text.replace(text.find("127.0.0.1"), 9, "192.0.2.9");
    const std::string own = encode_base64(node.tree.certs.at("ca").pem);
    text.replace(text.find(own), own.size(), encode_base64(other));
    node.tree.write("/credentials/client.config", text);

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_NE(said.out.find("CG205 warning   client.config: trusts another CA certificate than "
                            "'ca'\n                  clockguard explain CG205\n"),
              std::string::npos)
        << said.out;
}

TEST(Reality, Entry7ACaOfACaIsTrustedAsItIsAndNotRedated)
{
    Node node;
    node.tree.build();
    const TestCert root = make_cert({.name = "root",
                                     .not_before = gone.from,
                                     .not_after = node.tree.installed.until,
                                     .is_ca = true});
    const std::string own = make_cert({.name = "10.152.183.1",
                                       .not_before = node.tree.installed.from,
                                       .not_after = node.tree.installed.until,
                                       .issuer = &root,
                                       .is_ca = true,
                                       .serial = 0xca,
                                       .key = node.tree.ca_key})
                                .pem;
    node.tree.write("/certs/ca.crt", own + root.pem);

    EXPECT_EQ(node.check().out.find("CG204 critical  ca:"), std::string::npos) << node.check().out;
    const Said said = node.refresh({.select = {.names = {"ca"}, .include_ca = true}, .yes = true});

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_NE(said.out.find("CG212 'ca' cannot be re-issued: 'CN=root' has signed it, and the key "
                            "for that is not on this node\n"),
              std::string::npos)
        << said.out;
    EXPECT_EQ(node.tree.read("/certs/ca.crt"), own + root.pem);
}

TEST(Reality, Entry8AnyCertificateOfACasFileMayHaveSigned)
{
    SoundNode node;
    const std::string other = make_cert({.name = "second",
                                         .not_before = gone.from,
                                         .not_after = node.tree.installed.until,
                                         .is_ca = true})
                                  .pem;
    node.tree.write("/certs/ca.crt", other + node.tree.certs.at("ca").pem);

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Healthy) << said.out;
    EXPECT_NE(
        said.out.find("CG220 warning   ca: has its key "
                      "'/var/snap/microk8s/current/certs/ca.key' for another certificate than "
                      "the first in its file\n"),
        std::string::npos)
        << said.out;
    EXPECT_EQ(node.refresh({.select = {.names = {"server"}}, .yes = true}).code, ExitCode::Healthy);
    EXPECT_EQ(node.check().code, ExitCode::Healthy);
}

/// So many different ones, in front of what a file holds.
std::string with_others(int count, const std::string& text)
{
    std::string all;
    for (int one = 0; one < count; ++one)
        all += make_cert({.name = "other " + std::to_string(one), .is_ca = true}).pem;
    return all + text;
}

/// Somebody put the bundle of all public CAs in front of the CA.
TEST(Reality, Entry8ACaMayHaveABundleBesideIt)
{
    SoundNode node;
    node.tree.write("/certs/ca.crt", with_others(150, node.tree.certs.at("ca").pem));

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Healthy) << said.out;
    EXPECT_NE(said.out.find("CG220 warning   ca: "), std::string::npos) << said.out;
}

TEST(Reality, Entry8MoreThanIsLookedAtCannotBeJudged)
{
    SoundNode node;
    node.tree.write("/certs/ca.crt", with_others(256, node.tree.certs.at("ca").pem));

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Undetermined) << said.out;
    EXPECT_NE(said.out.find("CG209 note      ca: "), std::string::npos) << said.out;
    EXPECT_NE(said.out.find("cannot be judged: it holds more than 256 certificates\n"),
              std::string::npos)
        << said.out;
    EXPECT_EQ(said.out.find("critical"), std::string::npos) << said.out;
}

/// An old CA was left in front of the new one, which has the same key.
TEST(Reality, AnExpiredCaBeforeTheOneThatServesIsAWarning)
{
    SoundNode node;
    const std::string file = node.another_ca(gone).pem + node.tree.certs.at("ca").pem;
    node.tree.write("/certs/ca.crt", file);

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Healthy) << said.out;
    EXPECT_NE(said.out.find("CG220 warning   ca: has a certificate first in its file that is not "
                            "valid now\n"),
              std::string::npos)
        << said.out;
    EXPECT_EQ(said.out.find("CG205"), std::string::npos) << said.out;
    EXPECT_EQ(node.refresh({.select = {.names = {"server"}}, .yes = true}).code, ExitCode::Healthy);
    EXPECT_EQ(node.refresh({.select = {.expired = true, .include_ca = true}, .yes = true}).out,
              "nothing to do: 16 certificates are valid\n");
    EXPECT_EQ(node.tree.read("/certs/ca.crt"), file);
    EXPECT_EQ(node.check().code, ExitCode::Healthy);
}

/// Of several certificates that is re-dated whose key is there, wherever it stands.
TEST(Reality, AnExpiredCaBehindAnotherIsRedatedInItsPlace)
{
    SoundNode node;
    const std::string other = make_cert({.name = "another",
                                         .not_before = gone.from,
                                         .not_after = node.tree.installed.until,
                                         .is_ca = true})
                                  .pem;
    node.tree.write("/certs/ca.crt", other + node.another_ca(gone).pem);

    Said said = node.check();
    EXPECT_NE(said.out.find("CG202 critical  ca: expired at 2025-04-29T09:12:00Z"),
              std::string::npos)
        << said.out;
    said = node.refresh({.select = {.expired = true, .include_ca = true}, .yes = true});

    EXPECT_EQ(said.code, ExitCode::Healthy) << said.out << said.err;
    EXPECT_TRUE(node.tree.read("/certs/ca.crt").starts_with(other));
    EXPECT_EQ(node.check().code, ExitCode::Healthy) << node.check().out;
}

/// Nothing is said to have been done about what embeds a CA that could not be re-dated.
TEST(Reality, NoKubeconfigFollowsACaThatStays)
{
    SoundNode node;
    node.tree.write("/certs/ca.crt", node.another_ca(gone).pem);
    node.tree.remove("/certs/ca.key");

    const Said said = node.refresh({.select = {.expired = true, .include_ca = true}, .yes = true});

    EXPECT_NE(said.code, ExitCode::Healthy);
    EXPECT_EQ(said.out.find("updated"), std::string::npos) << said.out;
    EXPECT_EQ(said.out.find("\nbackup "), std::string::npos) << said.out;
}

/// kubectl: certificate has expired; openssl: error 10 at depth 1.
TEST(Reality, ACertificateIsNoBetterThanTheOneThatSignedIt)
{
    SoundNode node;
    const TestCert old =
        make_cert({.name = "old", .not_before = gone.from, .not_after = gone.until, .is_ca = true});
    node.tree.write("/certs/ca.crt", node.tree.certs.at("ca").pem + old.pem);
    node.tree.write("/certs/server.crt", make_cert({.name = "127.0.0.1",
                                                    .not_before = node.tree.installed.from,
                                                    .not_after = node.tree.installed.until,
                                                    .issuer = &old,
                                                    .key = node.tree.certs.at("server").key})
                                             .pem);

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_NE(said.out.find("CG204 critical  server: is signed by a certificate of 'ca' that "
                            "expired at 2025-04-29T09:12:00Z\n"),
              std::string::npos)
        << said.out;
}

TEST(Reality, Entry9DatesAreJudgedByTheNetworksTimeWhereTheClockIsWrong)
{
    SoundNode node;
    node.clock = {
        .trusted = false, .why = "chrony: the clock is behind", .ahead = -std::chrono::days{3650}};
    node.now -= std::chrono::days{3650};

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Healthy) << said.out;
    EXPECT_NE(said.out.find("Warning: the clock is wrong, so dates were judged by the network's "
                            "time, 2026-03-03T08:20:11Z (chrony: the clock is behind).\n"),
              std::string::npos)
        << said.out;
}

TEST(Reality, Entry10WhatCannotBeJudgedIsUnknown)
{
    SoundNode node;
    node.tree.write("/credentials/client.config",
                    "users: &u [{name: a, user: {token: x}}, {name: b, user: {token: z}}]\n");

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Undetermined);
    EXPECT_NE(said.out.find("credentials/client.config' cannot be judged: it names no current "
                            "context, and has several\n"),
              std::string::npos)
        << said.out;
    EXPECT_EQ(said.out.find("undo"), std::string::npos);
}

/// The rest is done, and the boot unit does not fail for what no refresh can mend.
TEST(Reality, Entry10WhatCannotBeJudgedStopsNoRefresh)
{
    Node node;
    node.tree.build();
    node.tree.write("/credentials/client.config",
                    "users: &u [{name: a, user: {token: x}}, {name: b, user: {token: z}}]\n");
    node.output.format = Format::Json;

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Undetermined);
    EXPECT_NE(said.out.find("\"exit_code\": 3"), std::string::npos) << said.out;
    EXPECT_NE(said.out.find("\"code\": \"CG214\",\n      \"status\": \"ok\""), std::string::npos)
        << said.out;
    node.output.format = Format::Text;
    EXPECT_NE(node.refresh().out.find("CG214 'client.config' cannot be read and may need to be "
                                      "re-issued: kubeconfig '"),
              std::string::npos);
    EXPECT_EQ(node.check().out.find("server:"), std::string::npos) << node.check().out;
}

/// A kubeconfig with nothing but a server elsewhere and this user.
std::string of_user(const std::string& user)
{
    return fmt::format("clusters: [{{name: c, cluster: {{server: 'https://192.0.2.9:6443'}}}}]\n"
                       "contexts: [{{name: x, context: {{cluster: c, user: a}}}}]\n"
                       "current-context: x\nusers: [{{name: a, user: {{{}}}}}]\n",
                       user);
}

TEST(Reality, Entry10ANamedFileIsJudgedInItsOwnLine)
{
    SoundNode node;
    node.tree.write("/credentials/client.config",
                    of_user("client-certificate: ../certs/client.crt, "
                            "client-key: ../certs/client.key"));
    node.output.verbose = true;

    EXPECT_EQ(node.check().code, ExitCode::Healthy);
    node.tree.write("/credentials/client.config",
                    of_user("client-certificate: /var/snap/microk8s/8511/certs/client.crt, "
                            "client-key: /var/snap/microk8s/current/certs/client.key"));
    const Said said = node.list();

    EXPECT_NE(said.out.find("it names '/var/snap/microk8s/current/certs/client.crt', which has a "
                            "line of its own"),
              std::string::npos)
        << said.out;
}

TEST(Reality, Entry11AKubeletsOwnCertificateIsMadeAnewByTheKubelet)
{
    SoundNode node;
    const TestCert own_ca = make_cert({.name = "node-ca@1700000000",
                                       .not_before = gone.from,
                                       .not_after = gone.until,
                                       .is_ca = true});
    const TestCert own = make_cert({.name = "node@1700000000",
                                    .not_before = gone.from,
                                    .not_after = gone.until,
                                    .issuer = &own_ca});
    node.tree.write("/certs/kubelet.crt", own.pem + own_ca.pem);
    node.tree.write("/certs/kubelet.key", own.key_pem());
    node.tree.remove("/credentials/kubelet.config");
    node.tree.write("/credentials/kubelet.config", "users: [{name: a, user: {token: x}}]\n");

    const Said said = node.check();

    EXPECT_NE(
        said.out.find("                  sudo rm -f /var/snap/microk8s/current/certs/kubelet.crt "
                      "/var/snap/microk8s/current/certs/kubelet.key; sudo snap restart "
                      "microk8s.daemon-kubelite\n"),
        std::string::npos)
        << said.out;
    EXPECT_EQ(said.out.find("CG204"), std::string::npos) << said.out;
}

/// --rotate-server-certificates; its file holds certificate and key.
TEST(Reality, WhatAKubeletRequestedIsJudgedAndRequestedAnew)
{
    SoundNode node;
    const TestCert served = expired_leaf(node, "system:node:edge-07");
    const std::string file = "/certs/kubelet-server-current.pem";
    node.tree.write(file, served.pem + served.key_pem());

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_NE(said.out.find("critical  kubelet-server: expired at 2025-04-29T09:12:00Z"),
              std::string::npos)
        << said.out;
    EXPECT_NE(said.out.find("sudo snap stop microk8s.daemon-kubelite; sudo mv -T "
                            "/var/snap/microk8s/current" +
                            file +
                            " /var/snap/microk8s/current/certs/kubelet-server.old; sudo snap start "
                            "microk8s.daemon-kubelite # then, on a control plane node: microk8s "
                            "kubectl get csr; microk8s kubectl certificate approve NAME\n"),
              std::string::npos)
        << said.out;
    const Said left = node.refresh({.yes = true});
    EXPECT_EQ(left.code, ExitCode::Refused);
    EXPECT_NE(
        left.out.find("CG212 'kubelet-server' cannot be re-issued: clockguard does not sign it\n"),
        std::string::npos);
    EXPECT_EQ(node.tree.read(file), served.pem + served.key_pem());
}

TEST(Reality, AKubeletThatRequestsNoneInItsFolderMissesNone)
{
    SoundNode node;
    node.tree.write("/args/kubelet", "--cert-dir=${SNAP_DATA}/own\n");
    node.tree.write("/own/kubelet.crt", node.tree.read("/certs/kubelet.crt"));
    node.tree.write("/own/kubelet.key", node.tree.read("/certs/kubelet.key"));

    const Said said = node.check();

    EXPECT_EQ(said.out.find("kubelet-server"), std::string::npos) << said.out;
    EXPECT_EQ(said.code, ExitCode::Healthy) << said.out;
}

TEST(Reality, Entry12APairMadeByHandIsEmbeddedAnew)
{
    SoundNode node;
    const TestCert fresh = make_cert({.name = "kubelet",
                                      .not_before = node.tree.installed.from,
                                      .not_after = node.tree.installed.until,
                                      .issuer = &node.tree.certs.at("ca")});
    node.tree.write("/certs/kubelet.crt", fresh.pem);
    node.tree.write("/certs/kubelet.key", fresh.key_pem());

    EXPECT_NE(node.check().out.find("clockguard certs refresh --name kubelet.config\n"),
              std::string::npos);
    EXPECT_EQ(node.refresh({.select = {.names = {"kubelet.config"}}, .yes = true}).code,
              ExitCode::Healthy);

    EXPECT_NE(node.tree.read("/credentials/kubelet.config").find(encode_base64(fresh.pem)),
              std::string::npos);
    EXPECT_NE(node.tree.read("/credentials/kubelet.config").find(encode_base64(fresh.key_pem())),
              std::string::npos);
    EXPECT_EQ(node.check().out.substr(0, 30), "OK  16 certificates are valid\n");
}

TEST(Reality, Entry16FlagsWithVariablesAndCommentsAreReadAsKubeliteDoes)
{
    SoundNode node;
    node.tree.write("/args/kube-apiserver",
                    "--tls-cert-file=${SNAP_DATA}/certs/server.crt # was --tls-cert-file=/old.crt\n"
                    "--client-ca-file=${SNAP_COMMON}/ca.crt\n"
                    "--proxy-client-cert-file=${UNHEARD_OF}/x.crt\n");
    node.tree.tree.write("/var/snap/microk8s/common/ca.crt", node.tree.certs.at("ca").pem);
    node.output.verbose = true;

    const Said said = node.list();

    EXPECT_EQ(said.out.find("old.crt"), std::string::npos) << said.out;
    EXPECT_NE(said.out.find("kube-apiserver:client-ca-file"), std::string::npos) << said.out;
    EXPECT_NE(node.check().out.find(
                  "kube-apiserver --proxy-client-cert-file names '${UNHEARD_OF}/x.crt', "
                  "and clockguard cannot tell where that is\n"),
              std::string::npos)
        << said.out;
}

TEST(Reality, Entry17TheFilesOfARemoteEtcdAreLookedAt)
{
    SoundNode node;
    const TestCert etcd =
        make_cert({.name = "etcd", .not_before = gone.from, .not_after = gone.until});
    node.tree.write("/certs/etcd.crt", etcd.pem);
    node.tree.write("/certs/etcd.key", etcd.key_pem());
    node.tree.write("/args/kube-apiserver", "--etcd-certfile=${SNAP_DATA}/certs/etcd.crt\n"
                                            "--etcd-keyfile=${SNAP_DATA}/certs/etcd.key\n");

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_NE(said.out.find("CG202 critical  kube-apiserver:etcd-certfile: expired at "
                            "2025-04-29T09:12:00Z"),
              std::string::npos)
        << said.out;
}

/// A worker of the releases that kept the cluster's state in etcd, for a year.
TEST(Reality, Entry17AWorkersClientOfEtcdIsLookedAt)
{
    SoundNode node;
    const TestCert& ca = node.tree.certs.at("ca");
    node.tree.lock("clustered.lock");
    node.tree.write("/certs/ca.remote.crt", ca.pem);
    EXPECT_EQ(node.list().out.find("server.remote"), std::string::npos) << node.list().out;
    const TestCert etcd = make_cert(
        {.name = "etcd", .not_before = gone.from, .not_after = gone.until, .issuer = &ca});
    node.tree.write("/certs/server.remote.crt", etcd.pem);
    node.tree.write("/certs/server.remote.key", etcd.key_pem());

    EXPECT_NE(node.check().out.find("CG202 critical  server.remote: expired at "
                                    "2025-04-29T09:12:00Z"),
              std::string::npos)
        << node.check().out;
    node.tree.write("/certs/server.remote.key", to_pem(make_key()));
    EXPECT_NE(node.check().out.find("CG211 critical  server.remote: does not match its key"),
              std::string::npos)
        << node.check().out;
    const Said said = node.refresh({.select = {.names = {"server.remote"}}, .yes = true});
    EXPECT_EQ(said.code, ExitCode::Refused) << said.out;
    EXPECT_EQ(node.tree.read("/certs/server.remote.crt"), etcd.pem);
}

TEST(Reality, Entry19DatesAndKeysThatNoDaemonTakes)
{
    SoundNode node;
    const TestCert never = make_cert({.name = "127.0.0.1",
                                      .not_before = node.tree.installed.until,
                                      .not_after = node.tree.installed.from,
                                      .issuer = &node.tree.certs.at("ca"),
                                      .key = node.tree.certs.at("server").key});
    node.tree.write("/certs/server.crt", never.pem);
    node.tree.write("/certs/proxy.key", to_pem(node.tree.certs.at("proxy").key, "x"));
    node.tree.write("/certs/client.crt", "\xEF\xBB\xBF" + node.tree.certs.at("client").pem);

    const Said said = node.check();

    EXPECT_NE(said.out.find("server: is never valid: it ends at 2025-05-01T09:12:00Z, before it "
                            "begins at 2035-04-29T09:12:00Z\n"),
              std::string::npos)
        << said.out;
    EXPECT_NE(said.out.find("CG211 critical  proxy: has its key "
                            "'/var/snap/microk8s/current/certs/proxy.key' encrypted"),
              std::string::npos)
        << said.out;
    EXPECT_NE(said.out.find("certs/client.crt' holds no certificate\n"), std::string::npos)
        << said.out;
    EXPECT_EQ(node.refresh().code, ExitCode::Undetermined);
    EXPECT_EQ(node.check().out.find("server: is never"), std::string::npos);
}

/// The certificate with other digits in the place of those of one of its dates.
std::string with_date(const std::string& pem, const std::string& digits, const std::string& others)
{
    const std::string head = "-----BEGIN CERTIFICATE-----\n";
    const auto begin = pem.find(head) + head.size();
    std::string base64 = pem.substr(begin, pem.find("-----END") - begin);
    std::erase(base64, '\n');
    std::string der = decode_base64(base64).value_or("");
    der.replace(der.find(digits), digits.size(), others);
    return head + encode_base64(der) + "\n-----END CERTIFICATE-----\n";
}

TEST(Reality, Entry19ADateThatIsNoneCannotBeRead)
{
    SoundNode node;
    const std::string server = node.tree.certs.at("server").pem;
    for (const char* none : {"351329091200Z", "350400091200Z", "350429241200Z", "35042909120xZ"}) {
        node.tree.write("/certs/server.crt", with_date(server, "350429091200Z", none));

        const Said said = node.check();

        EXPECT_EQ(said.code, ExitCode::Critical) << none;
        EXPECT_NE(said.out.find("server.crt' has an invalid date (its end)\n"), std::string::npos)
            << said.out;
        EXPECT_EQ(said.out.find("1970"), std::string::npos) << said.out;
    }
}

TEST(Reality, Entry19ACertificateThatAKubeconfigNamesIsJudged)
{
    SoundNode node;
    const TestCert expired = expired_leaf(node, "admin");
    node.tree.write("/credentials/own.crt", expired.pem);
    node.tree.write("/credentials/own.key", expired.key_pem());
    node.tree.write("/credentials/client.config",
                    of_user("client-certificate: own.crt, client-key: own.key"));

    EXPECT_NE(node.check().out.find("CG202 critical  client.config: expired at "
                                    "2025-04-29T09:12:00Z"),
              std::string::npos)
        << node.check().out;
    node.tree.write("/credentials/own.key", to_pem(make_key()));
    EXPECT_NE(node.check().out.find("CG211 critical  client.config: does not match the key"),
              std::string::npos)
        << node.check().out;
    node.tree.write("/credentials/client.config",
                    of_user("client-certificate: /etc/own.crt, client-key: /etc/own.key"));
    node.output.verbose = true;
    EXPECT_NE(node.check().out.find("it names '/etc/own.crt', which is outside "
                                    "/var/snap/microk8s/current"),
              std::string::npos)
        << node.check().out;
}

/// Its own lifetime would make it begin to expire at once.
TEST(Reality, Entry19ACaOfThirtyDaysGetsItsMakersLifetime)
{
    Node node;
    node.tree.special["front-proxy-ca"] = dates("2026-01-01T00:00:00Z", "2026-01-31T00:00:00Z");
    node.tree.leaves = node.tree.installed;
    node.tree.build();

    node.refresh({.select = {.names = {"front-proxy-ca"}}, .yes = true});

    EXPECT_EQ(node.check("66%").out.find("front-proxy-ca:"), std::string::npos)
        << node.check("66%").out;
}

/// MicroK8s makes a ca.crt that is missing anew from ca.key, with another serial
/// (utils.sh, produce_certs).
TEST(Reality, TheIncidentIsRepairedBelowACaThatWasMadeAnew)
{
    Node node;
    node.tree.build();
    node.tree.write("/certs/ca.crt", make_cert({.name = "10.152.183.1",
                                                .not_before = node.tree.installed.from,
                                                .not_after = node.tree.installed.until,
                                                .is_ca = true,
                                                .serial = 0xcb,
                                                .key = node.tree.ca_key})
                                         .pem);

    Said said = node.check();
    EXPECT_NE(said.out.find("CG201 critical  server: is not valid until 2026-04-03T08:07:34Z"),
              std::string::npos)
        << said.out;
    EXPECT_NE(said.out.find("CG221 warning   server: names an earlier certificate of 'ca', so that "
                            "openssl refuses it\n"),
              std::string::npos)
        << said.out;
    EXPECT_EQ(said.out.find("CG204"), std::string::npos) << said.out;
    said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Healthy) << said.out << said.err;
    EXPECT_EQ(node.check().out.find("CG221 warning   server:"), std::string::npos);
    EXPECT_EQ(node.check().code, ExitCode::Healthy);
}

}  // namespace
}  // namespace clockguard
