// SPDX-License-Identifier: Apache-2.0
// What is re-issued, as the openssl command sees it, and as MicroK8s goes on with it.
#include <array>
#include <cstdlib>
#include <set>
#include <unistd.h>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "clockguard/core/certs/kubeconfig.hpp"
#include "clockguard/core/report/codes.hpp"
#include "support/certs_node.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

bool has_openssl()
{
    return ::access("/usr/bin/openssl", X_OK) == 0;
}

/// In the node's folder of certificates.
bool openssl(const Node& node, const std::string& arguments)
{
    return std::system(fmt::format("cd {} && /usr/bin/openssl {} >/dev/null 2>&1",
                                   node.tree.path("/certs"), arguments)
                           .c_str()) == 0;
}

/// As gen_server_cert of MicroK8s does (utils.sh).
bool sign_as_microk8s_does(const Node& node)
{
    return openssl(node, "req -new -sha256 -key server.key -subj /CN=127.0.0.1 -out server.csr") &&
           openssl(node, "x509 -req -sha256 -in server.csr -CA ca.crt -CAkey ca.key "
                         "-CAcreateserial -out server.crt -days 365");
}

bool verifies(const Node& node, const std::string& ca, const std::string& file, Instant when)
{
    return openssl(
        node, fmt::format("verify -no-CApath -no-CAstore -check_ss_sig -attime {} -CAfile {} {}",
                          std::chrono::floor<std::chrono::seconds>(when).time_since_epoch().count(),
                          ca, file));
}

/// "5D1F"
std::string serial_of(const Node& node, const std::string& name)
{
    const auto made = parse_pem(node.tree.read("/certs/" + name + ".crt"));
    const Handle<BIGNUM, BN_free> number{
        ASN1_INTEGER_to_BN(X509_get0_serialNumber(made.get()), nullptr)};
    char* digits = BN_bn2hex(number.get());
    std::string text{digits};
    OPENSSL_free(digits);
    return text;
}

/// One more, as openssl counts on.
std::string next_of(const std::string& serial)
{
    BIGNUM* read = nullptr;
    BN_hex2bn(&read, serial.c_str());
    const Handle<BIGNUM, BN_free> number{read};
    BN_add_word(number.get(), 1);
    char* digits = BN_bn2hex(number.get());
    std::string text{digits};
    OPENSSL_free(digits);
    return text;
}

CertsRefreshOptions of(const std::string& name)
{
    return {.select = {.names = {name}}, .yes = true};
}

/// Installed by a clock a month ahead, with keys as MicroK8s makes them.
struct FutureNode : Node {
    FutureNode()
    {
        tree.installed = dates("2026-04-03T08:07:00Z", "2036-03-31T08:07:00Z");
        tree.ca_key = make_key(KeyKind::Rsa);
        tree.build();
    }

    Said refresh_all()
    {
        return refresh({.select = {.not_yet_valid = true, .include_ca = true}, .yes = true});
    }
};

constexpr std::array of_the_ca{
    "server", "kubelet", "client", "controller", "scheduler", "proxy", "apiserver-kubelet-client"};

TEST(CertsSerials, NeverRepeatThoughMicrok8sSignsInBetween)
{
    if (!has_openssl())
        GTEST_SKIP() << "no openssl command";
    Node node;
    node.tree.build();
    std::set<std::string> serials{serial_of(node, "server"), serial_of(node, "client")};
    for (int round = 0; round < 5; ++round) {
        ASSERT_EQ(node.refresh(of(round % 2 == 0 ? "server" : "client")).code, ExitCode::Healthy);
        const std::string ours = serial_of(node, round % 2 == 0 ? "server" : "client");
        ASSERT_TRUE(sign_as_microk8s_does(node));

        EXPECT_EQ(serial_of(node, "server"), next_of(ours));
        EXPECT_EQ(node.tree.read("/certs/ca.srl"), next_of(ours) + "\n");
        EXPECT_TRUE(serials.insert(ours).second);
        EXPECT_TRUE(serials.insert(serial_of(node, "server")).second);
        node.uptime += 2h;
    }
}

/// The first command of a finding's advice, for the node's folder.
std::string advised(const Node& node, const std::string& text)
{
    const std::string data = "/var/snap/microk8s/current/certs";
    const auto begin = text.find("find " + data);
    std::string command = text.substr(begin, text.find(';', begin) - begin);
    return command.replace(command.find(data), data.size(), node.tree.path("/certs"));
}

/// Entry 13 of the reality: a full disk, or the power that went. MicroK8s' command signs with the
/// key and the request, which are there, and with openssl's number, which is not.
TEST(Reality, Entry13TheAdviceForAnEmptyCertificateWorksAsPrinted)
{
    if (!has_openssl())
        GTEST_SKIP() << "no openssl command";
    Node node;
    node.tree.leaves = node.tree.installed;
    node.tree.ca_key = make_key(KeyKind::Rsa);
    node.tree.build();
    node.tree.write("/certs/server.crt", "");
    node.tree.write("/certs/ca.srl", "");
    const std::string told = node.check().out;
    ASSERT_NE(
        told.find(
            "                  sudo find /var/snap/microk8s/current/certs -name ca.srl -empty "
            "-delete; sudo microk8s refresh-certs --cert server.crt\n"),
        std::string::npos)
        << told;

    EXPECT_FALSE(sign_as_microk8s_does(node));
    EXPECT_EQ(std::system(advised(node, told).c_str()), 0);
    EXPECT_TRUE(sign_as_microk8s_does(node));

    EXPECT_EQ(node.check().out.find("CG209"), std::string::npos) << node.check().out;
}

TEST(CertsSerials, GoOnBehindAnUndo)
{
    if (!has_openssl())
        GTEST_SKIP() << "no openssl command";
    Node node;
    node.tree.build();
    node.refresh(of("server"));
    const std::string ours = serial_of(node, "server");

    node.undo();
    ASSERT_TRUE(sign_as_microk8s_does(node));

    EXPECT_EQ(serial_of(node, "server"), next_of(ours));
}

TEST(CertsSerials, AreMicrok8sOwnWhereItHasNotCountedYet)
{
    if (!has_openssl())
        GTEST_SKIP() << "no openssl command";
    Node node;
    node.tree.build();
    node.tree.remove("/certs/ca.srl");

    EXPECT_EQ(node.refresh(of("server")).code, ExitCode::Healthy);
    const std::string ours = serial_of(node, "server");
    ASSERT_TRUE(sign_as_microk8s_does(node));

    EXPECT_NE(serial_of(node, "server"), ours);
    EXPECT_EQ(node.tree.read("/certs/ca.srl"), serial_of(node, "server") + "\n");
}

/// openssl refuses to sign where it cannot read a number, and leaves an empty certificate.
TEST(CertsSerials, MendAFileThatMicrok8sCouldNotCountWith)
{
    if (!has_openssl())
        GTEST_SKIP() << "no openssl command";
    Node left_alone;
    Node node;
    for (Node* torn : {&left_alone, &node}) {
        torn->tree.build();
        torn->tree.write("/certs/ca.srl", "");
    }

    EXPECT_EQ(node.refresh(of("server")).code, ExitCode::Healthy);

    EXPECT_FALSE(sign_as_microk8s_does(left_alone));
    EXPECT_TRUE(sign_as_microk8s_does(node));
}

TEST(CertsRedated, VerifyWithOpenssl)
{
    if (!has_openssl())
        GTEST_SKIP() << "no openssl command";
    FutureNode node;
    ASSERT_FALSE(verifies(node, "ca.crt", "server.crt", node.now));

    ASSERT_EQ(node.refresh_all().code, ExitCode::Healthy);

    for (const auto when : {node.now, node.now - 300 * 24h, node.now + 364 * 24h}) {
        EXPECT_TRUE(verifies(node, "ca.crt", "ca.crt", when));
        for (const std::string name : of_the_ca)
            EXPECT_TRUE(verifies(node, "ca.crt", name + ".crt", when)) << name;
        EXPECT_TRUE(verifies(node, "front-proxy-ca.crt", "front-proxy-ca.crt", when));
        EXPECT_TRUE(verifies(node, "front-proxy-ca.crt", "front-proxy-client.crt", when));
    }
    EXPECT_FALSE(verifies(node, "front-proxy-ca.crt", "server.crt", node.now));
    EXPECT_FALSE(verifies(node, "ca.crt", "server.crt", node.now + 366 * 24h));
}

/// Whoever still holds the CA of before trusts what is signed anew as soon as that is valid.
TEST(CertsRedated, StillVerifyByTheCaOfBefore)
{
    if (!has_openssl())
        GTEST_SKIP() << "no openssl command";
    FutureNode node;
    node.tree.write("/certs/old-ca.crt", node.tree.read("/certs/ca.crt"));

    node.refresh_all();

    EXPECT_FALSE(verifies(node, "old-ca.crt", "server.crt", node.now));
    EXPECT_TRUE(verifies(node, "old-ca.crt", "server.crt", node.now + 32 * 24h));
}

TEST(CertsRedated, DifferInSerialDatesAndSignatureAlone)
{
    FutureNode node;

    ASSERT_EQ(node.refresh_all().code, ExitCode::Healthy);

    for (const auto& [name, before] : node.tree.certs) {
        const std::string folder = name == "cluster" ? "/var/kubernetes/backend/" : "/certs/";
        const std::string after = node.tree.read(folder + name + ".crt");
        EXPECT_NE(after, before.pem) << name;
        EXPECT_EQ(lasting_part(after), lasting_part(before.pem)) << name;
        EXPECT_EQ(node.tree.read(folder + name + ".key"), before.key_pem()) << name;
    }
}

TEST(CertsRedated, AreEmbeddedAsTheFilesAre)
{
    FutureNode node;

    node.refresh_all();

    for (const std::string name : {"client", "controller", "scheduler", "proxy", "kubelet"}) {
        const auto config = parse_kubeconfig(node.tree.read("/credentials/" + name + ".config"));
        ASSERT_TRUE(config && config->ca && config->certificate && config->key) << name;
        EXPECT_EQ(config->ca->text, node.tree.read("/certs/ca.crt")) << name;
        EXPECT_EQ(config->certificate->text, node.tree.read("/certs/" + name + ".crt")) << name;
        EXPECT_EQ(config->key->text, node.tree.read("/certs/" + name + ".key")) << name;
    }
}

/// As it is printed, for a key whose passphrase is typed.
TEST(Openssl, DecryptsACasKeyAsAdvisedAndKeepsTheEncryptedOne)
{
    if (!has_openssl())
        GTEST_SKIP() << "no openssl";
    Node node;
    node.tree.build();
    const std::string encrypted = to_pem(node.tree.ca_key, "secret");
    node.tree.write("/certs/ca.key", encrypted);
    const auto code = find_code("CG217");
    ASSERT_TRUE(code && !code->remedies.empty());
    std::string command = code->remedies.front().command;
    for (const auto& [from, to] :
         {std::pair{std::string{"sudo "}, std::string{}},
          std::pair{std::string{"openssl pkey "}, std::string{"openssl pkey -passin pass:secret "}},
          std::pair{std::string{"/var/snap/microk8s/current"}, node.tree.path("")}})
        command.replace(command.find(from), from.size(), to);

    ASSERT_EQ(std::system(command.c_str()), 0) << command;

    EXPECT_EQ(node.tree.read("/certs/ca.key.encrypted"), encrypted);
    EXPECT_EQ(node.refresh().code, ExitCode::Healthy);
}

}  // namespace
}  // namespace clockguard
