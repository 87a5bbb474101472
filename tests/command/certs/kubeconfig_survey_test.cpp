// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "support/config_node.hpp"

namespace clockguard {
namespace {

const std::string elsewhere = "https://192.0.2.9:6443";
const TestDates gone = dates("2015-05-01T09:12:00Z", "2025-04-29T09:12:00Z");
const TestDates future = dates("2026-04-03T08:07:34Z", "2036-03-31T08:07:34Z");

bool says(const Said& said, const std::string& text)
{
    return said.out.find(text) != std::string::npos;
}

TEST(KubeconfigSurvey, FollowsAPathThatGoesUp)
{
    ConfigNode node;
    node.tree.write("/certs/own.crt", node.from_ca(gone).pem);
    const std::string key = "client-key: ../certs/client.key";
    node.write(node.ca_data(), "client-certificate: ../certs/own.crt, " + key);

    EXPECT_TRUE(says(node.check(), "CG202 critical  client.config: expired at "
                                   "2025-04-29T09:12:00Z"))
        << node.check().out;

    node.write(node.ca_data(), "client-certificate: ../certs/client.crt, " + key);
    EXPECT_EQ(node.check().code, ExitCode::Healthy) << node.check().out;
}

TEST(KubeconfigSurvey, DoesNotCallSoundWhatItMayNotLookAt)
{
    ConfigNode node;
    node.write(node.ca_data(), "client-certificate: /etc/own.crt, client-key: /etc/own.key");

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Undetermined);
    EXPECT_TRUE(says(said, "cannot be judged: it names '/etc/own.crt', which is outside "
                           "/var/snap/microk8s/current\n"))
        << said.out;
}

TEST(KubeconfigSurvey, LooksAtTheKeyOfACertificateWithALineOfItsOwn)
{
    ConfigNode node;
    const std::string certificate = "client-certificate: ../certs/client.crt, client-key: ";
    node.write(node.ca_data(), certificate + "../certs/proxy.key");
    EXPECT_TRUE(says(node.check(), "CG211 critical  client.config: ")) << node.check().out;

    node.write(node.ca_data(), certificate + "../certs/none.key");
    EXPECT_TRUE(says(node.check(), "/certs/none.key': No such file")) << node.check().out;
    EXPECT_EQ(node.check().code, ExitCode::Critical);
}

TEST(KubeconfigSurvey, BlamesTheFileThatIsAtFault)
{
    ConfigNode node;
    node.tree.write("/certs/junk.crt", "junk");
    node.write(node.ca_data(),
               "client-certificate: ../certs/junk.crt, client-key: ../certs/client.key");

    EXPECT_TRUE(says(node.check(), "/certs/junk.crt' holds no certificate\n")) << node.check().out;
}

TEST(KubeconfigSurvey, LooksAtTheCaThatItNames)
{
    ConfigNode node;
    node.tree.write("/certs/old.crt", make_cert({.name = "10.152.183.1",
                                                 .not_before = gone.from,
                                                 .not_after = gone.until,
                                                 .is_ca = true,
                                                 .key = node.tree.ca_key})
                                          .pem);
    node.write("certificate-authority: ../certs/old.crt", node.user_data());
    EXPECT_TRUE(says(node.check(), "CG205 critical  client.config: trusts another CA certificate "
                                   "than 'ca', one that expired at 2025-04-29T09:12:00Z\n"))
        << node.check().out;

    node.write("certificate-authority: ../certs/none.crt", node.user_data());
    EXPECT_TRUE(says(node.check(), "/certs/none.crt': No such file")) << node.check().out;

    node.write("certificate-authority: ../certs/ca.crt", node.user_data());
    EXPECT_EQ(node.check().code, ExitCode::Healthy) << node.check().out;
}

TEST(KubeconfigSurvey, LeavesAnotherClusterAlone)
{
    ConfigNode node;
    const TestCert ca = node.stranger();
    const TestCert user =
        make_cert({.name = "dev", .not_before = gone.from, .not_after = gone.until, .issuer = &ca});
    node.write(ConfigNode::data("certificate-authority", ca.pem), ConfigNode::user_data(user),
               elsewhere);
    node.output.verbose = true;

    EXPECT_EQ(node.check().code, ExitCode::Healthy) << node.check().out;
    EXPECT_FALSE(says(node.check(), "CG2")) << node.check().out;
    EXPECT_TRUE(
        says(node.list(), "  its current context is of another cluster (https://192.0.2.9:6443)\n"))
        << node.list().out;

    node.write(ConfigNode::data("certificate-authority", ca.pem), "token: x", elsewhere);
    EXPECT_FALSE(says(node.check(), "CG2")) << node.check().out;
}

TEST(KubeconfigSurvey, KnowsItsOwnClusterByTheCaOnAnyAddress)
{
    ConfigNode node;
    node.write(node.ca_data(), ConfigNode::user_data(node.from_ca(gone)), elsewhere);

    EXPECT_TRUE(says(node.check(), "CG202 critical  client.config: ")) << node.check().out;
}

TEST(KubeconfigSurvey, CallsACaCriticalThatAcceptsNoServer)
{
    ConfigNode node;
    const std::string ca = "certificate-authority";
    const std::string pem = node.cert("ca").pem;
    for (const std::string& useless :
         {ConfigNode::data(ca, "\xEF\xBB\xBF" + pem), ConfigNode::data(ca, pem.substr(0, 300)),
          ConfigNode::data(ca, "junk"), ConfigNode::data(ca, node.stranger().pem)}) {
        node.write(useless, node.user_data());

        const Said said = node.check();

        EXPECT_EQ(said.code, ExitCode::Critical) << useless;
        EXPECT_TRUE(says(said, "CG205 critical  client.config: trusts a")) << said.out;
        EXPECT_TRUE(says(said, "clockguard certs refresh --name client.config\n")) << said.out;
        node.refresh({.select = {.names = {"client.config"}}, .yes = true});
        EXPECT_EQ(node.check().code, ExitCode::Healthy) << node.check().out;
        EXPECT_NE(node.tree.read(client_kubeconfig).find(encode_base64(pem)), std::string::npos);
    }
}

/// ca.crt was replaced beside it: the kubeconfig trusts what has signed the certificate that is
/// served.
TEST(KubeconfigSurvey, CallsNoCaUselessThatAcceptsTheServer)
{
    ConfigNode node;
    node.write(node.ca_data(), node.user_data());
    node.tree.write("/certs/ca.crt", node.stranger().pem);

    const Said said = node.check();

    EXPECT_TRUE(says(said, "CG205 warning   client.config: trusts another")) << said.out;
    EXPECT_FALSE(says(said, "CG205 critical  client.config")) << said.out;
}

/// The server sends the certificate of its CA along, and what is trusted has signed that.
TEST(KubeconfigSurvey, SaysThatItRefusesWhatAFlagHasTheServerShow)
{
    ConfigNode node;
    const TestCert other = node.stranger();
    const TestCert shown = make_cert({.name = "server",
                                      .not_before = node.tree.installed.from,
                                      .not_after = node.tree.installed.until,
                                      .issuer = &other});
    const std::string refuses = "CG205 critical  client.config: trusts no CA that has signed "
                                "'kube-apiserver:tls-cert-file', which its server shows\n";
    node.tree.write("/certs/api.crt", shown.pem);
    node.tree.write("/certs/api.key", shown.key_pem());
    node.tree.write("/args/kube-apiserver", "--tls-cert-file=${SNAP_DATA}/certs/api.crt\n"
                                            "--tls-private-key-file=${SNAP_DATA}/certs/api.key\n");

    node.write(node.ca_data(), node.user_data());
    EXPECT_TRUE(says(node.check(), refuses)) << node.check().out;
    node.write(ConfigNode::data("certificate-authority", node.cert("ca").pem + other.pem),
               node.user_data());
    EXPECT_FALSE(says(node.check(), refuses)) << node.check().out;
    node.write("insecure-skip-tls-verify: true", node.user_data());
    EXPECT_FALSE(says(node.check(), refuses)) << node.check().out;
    node.write(node.ca_data(), node.user_data(), "https://127.0.0.1:6443");
    EXPECT_FALSE(says(node.check(), refuses)) << node.check().out;

    node.write(node.ca_data(), node.user_data());
    node.tree.write("/args/kube-apiserver",
                    "--tls-sni-cert-key=${SNAP_DATA}/certs/api.crt,${SNAP_DATA}/certs/api.key\n");
    EXPECT_FALSE(says(node.check(), "client.config: trusts no")) << node.check().out;
}

TEST(KubeconfigSurvey, CallsNoCaUselessThatTheServersChainLeadsTo)
{
    ConfigNode node;
    const TestCert root = node.stranger();
    const TestCert ca = make_cert({.name = "10.152.183.1",
                                   .not_before = node.tree.installed.from,
                                   .not_after = node.tree.installed.until,
                                   .issuer = &root,
                                   .is_ca = true,
                                   .key = node.tree.ca_key});
    node.tree.write("/certs/server.crt", node.cert("server").pem + ca.pem);
    node.write(ConfigNode::data("certificate-authority", root.pem), node.user_data());

    const Said said = node.check();

    EXPECT_TRUE(says(said, "CG205 warning   client.config: trusts another")) << said.out;
    EXPECT_EQ(said.code, ExitCode::Healthy) << said.out;
}

/// With a key that Go verifies with, though it serves with none of that curve.
TEST(KubeconfigSurvey, TakesAnyCaThatGoTakes)
{
    ConfigNode node;
    const TestCert other = make_cert({.name = "old",
                                      .not_before = node.tree.installed.from,
                                      .not_after = node.tree.installed.until,
                                      .is_ca = true,
                                      .key = {EVP_EC_gen("P-224"), EVP_PKEY_free}});
    node.write(ConfigNode::data("certificate-authority", other.pem + node.cert("ca").pem),
               node.user_data());

    EXPECT_EQ(node.check().code, ExitCode::Healthy) << node.check().out;
}

/// kubectl 1.32 connects with such a one, as every client of client-go does.
TEST(KubeconfigSurvey, PassesOverATornCaBesideASoundOne)
{
    ConfigNode node;
    const std::string ca = node.cert("ca").pem;
    std::string torn = node.stranger().pem;
    torn[torn.find('\n') + 1] = 'N';
    for (const std::string& both : {ca + torn, torn + ca}) {
        node.write(ConfigNode::data("certificate-authority", both), node.user_data());
        EXPECT_EQ(node.check().code, ExitCode::Healthy) << node.check().out;
        EXPECT_FALSE(says(node.check(), "CG205")) << node.check().out;
    }

    node.write(ConfigNode::data("certificate-authority", torn + torn), node.user_data());
    EXPECT_TRUE(says(node.check(), "CG205 critical  client.config: trusts a CA certificate that is "
                                   "not a certificate"))
        << node.check().out;
}

TEST(KubeconfigSurvey, CallsItCriticalToTrustNoCa)
{
    ConfigNode node;
    for (const char* none : {"", "certificate-authority-data: ''", "certificate-authority: ''"}) {
        node.write(none, node.user_data());
        EXPECT_TRUE(says(node.check(), "CG205 critical  client.config: trusts no CA certificate\n"))
            << none << node.check().out;
    }

    node.write("insecure-skip-tls-verify: true", node.user_data());
    EXPECT_EQ(node.check().code, ExitCode::Healthy) << node.check().out;
}

TEST(KubeconfigSurvey, TellsOfAKubeconfigWithoutACurrentContext)
{
    ConfigNode node;
    node.write(node.ca_data(), node.user_data(node.from_ca(gone)));
    const std::string whole = node.tree.read(client_kubeconfig);
    std::string text = whole;
    node.tree.write(client_kubeconfig, text.replace(text.find("current-context: x\n"), 19, ""));

    const Said said = node.check();

    EXPECT_TRUE(says(said, "CG222 warning   client.config: names no current context")) << said.out;
    EXPECT_TRUE(says(said, "/snap/microk8s/current/kubectl config --kubeconfig="
                           "/var/snap/microk8s/current/credentials/client.config use-context x\n"))
        << said.out;
    EXPECT_TRUE(says(said, "CG202 critical  client.config: ")) << said.out;

    text = node.tree.read(client_kubeconfig);
    text.insert(text.find("users:"), "- name: z\n  context: {}\n");
    node.tree.write(client_kubeconfig, text);
    EXPECT_FALSE(says(node.check(), "use-context")) << node.check().out;
}

TEST(KubeconfigSurvey, DoesNotCallSpoiltWhatIsOnlyLong)
{
    ConfigNode node;
    node.write(node.ca_data(), node.user_data());
    node.tree.write(client_kubeconfig,
                    node.tree.read(client_kubeconfig) + std::string(8U << 20U, '#') + "\n");

    EXPECT_EQ(node.check().code, ExitCode::Undetermined) << node.check().out;
}

TEST(KubeconfigSurvey, TellsWhatItsUserRefuses)
{
    ConfigNode node;
    node.write(node.ca_data(), node.user_data());
    node.tree.write(client_kubeconfig, "kind: Pod\n" + node.tree.read(client_kubeconfig));

    const Said said = node.check();

    EXPECT_TRUE(says(said, "client.config' is of kind 'Pod', not 'Config'\n")) << said.out;
    EXPECT_EQ(said.code, ExitCode::Critical);
}

TEST(KubeconfigSurvey, SendsALinkToWhoWritesThroughIt)
{
    ConfigNode node;
    node.write(node.ca_data(), ConfigNode::user_data(node.from_ca(future)));
    std::filesystem::rename(node.tree.path(client_kubeconfig), node.tree.path("/real.config"));
    std::filesystem::create_symlink("../real.config", node.tree.path(client_kubeconfig));

    const Said said = node.check();

    const std::string data = "/var/snap/microk8s/current";
    EXPECT_TRUE(says(said, fmt::format("/snap/microk8s/current/kubectl config --kubeconfig={}"
                                       "/credentials/client.config set-credentials u "
                                       "--client-certificate={}/certs/client.crt "
                                       "--client-key={}/certs/client.key --embed-certs\n",
                                       data, data, data)))
        << said.out;
    EXPECT_FALSE(says(said, "clockguard certs refresh")) << said.out;
}

TEST(KubeconfigSurvey, SendsACaInAFileToWhoEmbedsIt)
{
    ConfigNode node;
    node.tree.write("/certs/other.crt", node.stranger().pem);
    node.write("certificate-authority: ../certs/other.crt", node.user_data());

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Critical);
    const std::string command = "/client.config set-cluster c --certificate-authority="
                                "/var/snap/microk8s/current/certs/ca.crt --embed-certs\n";
    EXPECT_TRUE(says(said, command)) << said.out;

    node.tree.remove("/certs/other.crt");
    EXPECT_TRUE(says(node.check(), command)) << node.check().out;
}

TEST(KubeconfigSurvey, AllowsAnotherCaWhereAnotherCertificateIsServed)
{
    ConfigNode node;
    const TestCert ca = node.stranger();
    const TestCert own = make_cert({.name = "node",
                                    .not_before = node.tree.installed.from,
                                    .not_after = node.tree.installed.until,
                                    .issuer = &ca});
    node.tree.write("/certs/own.crt", own.pem);
    node.tree.write("/certs/own.key", own.key_pem());
    node.tree.write("/args/kube-apiserver", "--tls-cert-file=${SNAP_DATA}/certs/own.crt\n"
                                            "--tls-private-key-file=${SNAP_DATA}/certs/own.key\n");
    node.write(ConfigNode::data("certificate-authority", ca.pem), node.user_data());

    EXPECT_FALSE(says(node.check(), "critical  client.config: ")) << node.check().out;
}

}  // namespace
}  // namespace clockguard
