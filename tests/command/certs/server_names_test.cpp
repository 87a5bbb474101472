// SPDX-License-Identifier: Apache-2.0
// A server's certificate and the names by which the kubeconfigs of the node call the server.
#include "clockguard/command/certs/server_names.hpp"

#include <cstdlib>
#include <unistd.h>

#include "support/certs_node.hpp"

namespace clockguard {
namespace {

const std::string csr_template =
    "[ req ]\nprompt = no\ndistinguished_name = dn\n\n[ dn ]\nCN = 127.0.0.1\n\n"
    "[ alt_names ]\nDNS.1 = kubernetes\nIP.2 = 10.152.183.1\nIP.100 = 10.0.0.8\n#MOREIPS\n\n"
    "[ v3_ext ]\nextendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=@alt_names\n";

const std::string renewal =
    "sudo find /var/snap/microk8s/current/certs -name ca.srl -empty -delete; "
    "sudo microk8s refresh-certs --cert server.crt";

struct NamedNode : Node {
    explicit NamedNode(const char* hosts)
    {
        tree.leaves = tree.installed;
        tree.build();
        serve(hosts);
        tree.write("/certs/csr.conf.template", csr_template);
    }

    void serve(const char* hosts, const std::string& below = "/certs/server.crt")
    {
        tree.write(below, make_cert({.name = "127.0.0.1",
                                     .not_before = tree.installed.from,
                                     .not_after = tree.installed.until,
                                     .issuer = &tree.certs.at("ca"),
                                     .key = tree.certs.at("server").key,
                                     .hosts = hosts})
                              .pem);
    }

    /// Every kubeconfig's line about its server.
    void call(const std::string& server)
    {
        for (const char* name : {"client", "controller", "scheduler", "proxy", "kubelet"}) {
            tree.add_kubeconfig(name);
            const std::string path = std::string{"/credentials/"} + name + ".config";
            std::string text = tree.read(path);
            const std::string usual = "https://127.0.0.1:16443";
            text.replace(text.find(usual), usual.size(), server);
            tree.write(path, text);
        }
    }
};

TEST(ServerNames, AreAllThatAKubeconfigOfThisNodeCallsItsServerBy)
{
    NamedNode node{"DNS:kubernetes,IP:10.152.183.1"};

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_TRUE(said.out.starts_with(
        "CRITICAL  1 of 16 certificates is within its dates, but does not work\n"))
        << said.out;
    EXPECT_NE(
        said.out.find("CG223 critical  server: does not name '127.0.0.1', by which client.config, "
                      "controller.config, scheduler.config, proxy.config, kubelet.config call its "
                      "server: they refuse it\n                  "
                      "sudo sed -i -e '/^\\[ *alt_names *\\]/a IP.101 = 127.0.0.1' "
                      "/var/snap/microk8s/current/certs/csr.conf.template; " +
                      renewal + "\n"),
        std::string::npos)
        << said.out;
}

TEST(CertsList, TellsWhatIsWrongWithACertificateThatIsValid)
{
    NamedNode node{"DNS:kubernetes,IP:10.152.183.1"};
    node.output.width = 76;

    const std::string table = node.list().out;

    EXPECT_NE(table.find("NOT AFTER\n"
                         "server                    valid "),
              std::string::npos)
        << table;
    EXPECT_NE(
        table.find("\n    does not name '127.0.0.1', by which client.config, controller.config,\n"
                   "    scheduler.config, proxy.config, kubelet.config call its server: they\n"
                   "    refuse it\n"
                   "    sudo sed -i "),
        std::string::npos)
        << table;
}

TEST(CertsCheck, TellsOfAServersCertificateThatNamesNoHost)
{
    Node node;
    node.tree.leaves = node.tree.installed;
    node.tree.build();
    const auto nameless = [&](const char* name) {
        return make_cert({.name = name,
                          .not_before = node.tree.installed.from,
                          .not_after = node.tree.installed.until,
                          .issuer = &node.tree.certs.at("ca"),
                          .key = node.tree.certs.at(name).key,
                          .hosts = ""})
            .pem;
    };
    node.tree.write("/certs/server.crt", nameless("server"));
    node.tree.write("/certs/proxy.crt", nameless("proxy"));

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_NE(said.out.find("CG223 warning   server: names no host in a subject alternative name"),
              std::string::npos)
        << said.out;
    EXPECT_EQ(said.out.find("CG223 warning   proxy:"), std::string::npos) << said.out;
}

TEST(ServerNames, AreNotAskedForWhereNothingVerifiesThem)
{
    NamedNode node{"DNS:kubernetes,IP:10.152.183.1"};
    const auto is_told = [&](const std::string& server) {
        node.call(server);
        return node.check().out.find("CG223") != std::string::npos;
    };

    EXPECT_TRUE(is_told("https://localhost:16443"));
    EXPECT_TRUE(is_told("https://10.0.0.5:16443"));
    EXPECT_FALSE(is_told("https://kubernetes:16443"));
    EXPECT_FALSE(is_told("https://127.0.0.1:6443"));
    EXPECT_FALSE(is_told("https://127.0.0.1:16443\n    tls-server-name: kubernetes"));
    EXPECT_TRUE(is_told("https://10.152.183.1:16443\n    tls-server-name: other"));
    node.tree.write("/args/kube-apiserver", "--secure-port=6443\n");
    EXPECT_TRUE(is_told("https://127.0.0.1:6443"));
    EXPECT_FALSE(is_told("https://127.0.0.1:16443"));
}

TEST(ServerNames, MayBeAnotherNodesWhereItHasJoinedOthers)
{
    NamedNode node{"DNS:kubernetes,IP:127.0.0.1"};
    node.call("https://10.0.0.5:16443");
    EXPECT_NE(node.check().out.find("CG223"), std::string::npos) << node.check().out;

    node.tree.lock("no-cert-reissue");
    EXPECT_EQ(node.check().out.find("CG223"), std::string::npos) << node.check().out;
}

TEST(ServerNames, MayBeThoseOfACertificateOfTheServerForThemAlone)
{
    NamedNode node{"DNS:kubernetes,IP:10.152.183.1"};
    node.serve("IP:127.0.0.1", "/certs/other.crt");
    node.tree.write("/certs/other.key", node.tree.certs.at("server").key_pem());
    node.tree.write(
        "/args/kube-apiserver",
        "--tls-sni-cert-key=${SNAP_DATA}/certs/other.crt,${SNAP_DATA}/certs/other.key\n");

    EXPECT_EQ(node.check().out.find("CG223"), std::string::npos) << node.check().out;
}

/// The command that a finding advises, with what stands between its parts left out.
std::string advised(const std::string& out)
{
    const auto begin = out.find("sudo ", out.find("CG223"));
    return begin == std::string::npos ? "" : out.substr(begin, out.find('\n', begin) - begin);
}

TEST(ServerNames, NeedOnlyARenewalWhereTheTemplateHasThem)
{
    NamedNode node{"DNS:kubernetes,IP:10.152.183.1"};
    node.tree.write("/certs/csr.conf.template", csr_template + "[ alt_names ]\nIP.1=127.0.0.1\n");

    EXPECT_EQ(advised(node.check().out), renewal);
}

TEST(ServerNames, AreAddedWhereTheTemplateHasThemForNothing)
{
    NamedNode node{"DNS:kubernetes,IP:10.152.183.1"};
    for (const char* idle : {"[ other ]\nIP.1 = 127.0.0.1\n", "[ alt_names ]\nDNS.1 = 127.0.0.1\n",
                             "[ alt_names ]\nIP.1 = 127.0.0.1\nIP.1 = 10.0.0.9\n",
                             "[ alt_names ]\n# IP.1 = 127.0.0.1\n", "[alt_names] # by hand\n"}) {
        node.tree.write("/certs/csr.conf.template", csr_template + idle);
        EXPECT_TRUE(advised(node.check().out).starts_with("sudo sed -i -e ")) << idle;
    }
}

TEST(ServerNames, AreExplainedWhereNoCommandIsKnown)
{
    const auto advice = [](NamedNode& node) {
        return node.check().out.find("clockguard explain CG223\n") != std::string::npos;
    };
    NamedNode node{"DNS:kubernetes,IP:10.152.183.1"};

    node.tree.write("/certs/csr.conf.template", "subjectAltName=DNS:kubernetes\n");
    EXPECT_TRUE(advice(node)) << node.check().out;
    node.tree.write("/certs/csr.conf.template",
                    csr_template + "[ v3_ext ]\nsubjectAltName=DNS:kubernetes\n");
    EXPECT_TRUE(advice(node)) << node.check().out;
    node.tree.remove("/certs/csr.conf.template");
    EXPECT_TRUE(advice(node)) << node.check().out;
    node.tree.write("/certs/csr.conf.template", csr_template);
    EXPECT_FALSE(advice(node)) << node.check().out;
    node.call("https://127.0.0.1:16443\n    tls-server-name: \"x;reboot'\"");
    EXPECT_TRUE(advice(node)) << node.check().out;
}

TEST(ServerNames, AreThereOnceTheAdviceWasFollowed)
{
    if (::access("/usr/bin/openssl", X_OK) != 0)
        GTEST_SKIP() << "no openssl";
    NamedNode node{"DNS:kubernetes,IP:10.152.183.1"};
    node.call("https://127.0.0.1:16443\n    tls-server-name: localhost");
    node.tree.add_kubeconfig("client");
    std::string sed = advised(node.check().out);
    sed = sed.substr(5, sed.find("; ") - 5);
    const std::string current = "/var/snap/microk8s/current";
    sed.replace(sed.find(current), current.size(), node.tree.path(""));

    // What `microk8s refresh-certs --cert server.crt` does then (utils.sh, gen_server_cert).
    const auto done = std::system(
        fmt::format(
            "{} && cd {} && openssl req -new -key server.key -out server.csr -config "
            "csr.conf.template && openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key "
            "-CAcreateserial -days 3650 -out server.crt -extensions v3_ext -extfile "
            "csr.conf.template 2>&1",
            sed, node.tree.path("/certs"))
            .c_str());

    ASSERT_EQ(done, 0) << sed;
    EXPECT_EQ(node.check().out.find("CG223"), std::string::npos)
        << node.tree.read("/certs/csr.conf.template") << node.check().out;
}

}  // namespace
}  // namespace clockguard
