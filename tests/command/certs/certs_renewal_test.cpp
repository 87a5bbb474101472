// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_renewal.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "clockguard/core/base/base64.hpp"
#include "support/certs_node.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

TEST(CertsRefresh, DoesWhatCanBeDoneWithoutOneCaKey)
{
    Node node;
    node.tree.build();
    const std::string bad = node.tree.read("/certs/server.crt");
    node.tree.remove("/certs/ca.key");

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.out,
              "re-issued 'front-proxy-client': 2025-05-01 09:12 .. 2027-03-03 08:20 (was "
              "2026-04-03 08:07 .. 2027-04-03 08:07)\n"
              "CG216 'server' cannot be re-issued: the key of its CA 'ca' "
              "('/var/snap/microk8s/current/certs/ca.key') is missing\n"
              "  put it back from a backup or another control plane node before starting MicroK8s, "
              "which would make a new one that fits no certificate\n"
              "backup " +
                  node.tree.root().folder +
                  "/var/lib/clockguard/backups/20260303T082011Z. To go back: sudo clockguard certs "
                  "undo\n");
    EXPECT_EQ(node.tree.read("/certs/server.crt"), bad);
}

TEST(CertsRefresh, WritesNothingWithACaKeyItCannotUse)
{
    const std::string of = "'server' cannot be re-issued: the key of its CA 'ca' "
                           "('/var/snap/microk8s/current/certs/ca.key') ";
    const std::string foreign = "CG218 " + of +
                                "does not match the CA's certificate\n  put the CA's own key "
                                "back from a backup or another control plane node\n";
    const std::string encrypted = "CG217 " + of +
                                  "is encrypted with a passphrase\n  MicroK8s cannot sign with it "
                                  "either. Decrypt it: clockguard explain CG217\n";
    for (const auto& [key, said_of_it] : {std::pair{std::string{}, foreign},
                                          {"torn", foreign},
                                          {to_pem(make_key()), foreign},
                                          {to_pem(make_key(KeyKind::Rsa)), foreign},
                                          {to_pem(make_key(), "secret"), encrypted}}) {
        Node node;
        node.tree.build();
        node.tree.write("/certs/ca.key", key);
        const auto before = node.tree.tree.snapshot();

        const Said said = node.refresh({.select = {.names = {"server"}}, .yes = true});

        EXPECT_EQ(said.code, ExitCode::Refused);
        EXPECT_EQ(said.out, said_of_it);
        for (const auto& [path, text] : node.tree.tree.snapshot())
            if (path.starts_with(node.tree.tree.path("/var"))) {
                EXPECT_EQ(text, before.at(path)) << path;
            }
    }
}

TEST(CertsRefresh, SaysInJsonWhatIsWrongWithTheCaKey)
{
    Node node;
    node.tree.build();
    node.tree.remove("/certs/front-proxy-ca.key");
    node.output.format = Format::Json;

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Refused);
    for (const char* expected :
         {"\"code\": \"CG216\"",
          "\"cause\": \"cannot be re-issued: the key of its CA 'front-proxy-ca' "
          "('/var/snap/microk8s/current/certs/front-proxy-ca.key') is missing\"",
          "\"exit_code\": 4"})
        EXPECT_NE(said.out.find(expected), std::string::npos) << expected;
}

/// To sign anew is to vouch: an expired certificate of another's does not come back to life in a
/// place that a group may write.
TEST(CertsRefresh, SignsNothingInAPlaceThatItIsNotFor)
{
    for (const auto& [spec, why] : {std::pair{TestCertSpec{.name = "127.0.0.1", .is_ca = true},
                                              "it is a CA's certificate in a place for another"},
                                    {TestCertSpec{.name = "system:kube-scheduler"},
                                     "its subject 'O=Canonical,CN=system:kube-scheduler' has "
                                     "rights (CN=system:kube-scheduler) that this "
                                     "place must not have"}}) {
        Node node;
        node.tree.build();
        TestCertSpec other = spec;
        other.not_before = at("2025-01-01T00:00:00Z");
        other.not_after = at("2026-01-01T00:00:00Z");
        other.issuer = &node.tree.certs.at("ca");
        const TestCert cert = make_cert(other);
        node.tree.write("/certs/server.crt", cert.pem);
        node.tree.write("/certs/server.key", cert.key_pem());

        const Said said = node.refresh();

        EXPECT_EQ(said.code, ExitCode::Refused);
        EXPECT_NE(said.out.find(fmt::format("CG212 'server' cannot be re-issued: {}\n", why)),
                  std::string::npos)
            << said.out;
        EXPECT_EQ(node.tree.read("/certs/server.crt"), cert.pem);
        EXPECT_NE(said.out.find("re-issued 'front-proxy-client'"), std::string::npos) << said.out;
    }
}

/// Keys as an administrator's own CA has them; MicroK8s' are RSA.
TEST(CertsRefresh, RepairsTheIncidentWithEveryKindOfCaKey)
{
    for (const KeyKind kind : {KeyKind::Rsa, KeyKind::Ec, KeyKind::P384}) {
        Node node;
        node.tree.ca_key = make_key(kind);
        node.tree.build();

        EXPECT_EQ(node.refresh().code, ExitCode::Healthy);
        EXPECT_EQ(node.check().out.substr(0, 30), "OK  16 certificates are valid\n");
    }
}

TEST(CertsRefresh, RedatesTheFrontProxyCaWithWhatItSigned)
{
    Node node;
    node.tree.special["front-proxy-ca"] = dates("2026-04-03T08:07:00Z", "2036-03-31T08:07:00Z");
    node.tree.build();

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Healthy) << said.out << said.err;
    EXPECT_NE(said.out.find("re-dated 'front-proxy-ca': 2025-03-03 08:20 .. 2036-02-29 08:20 (was "
                            "2026-04-03 08:07 .. 2036-03-31 08:07)\n"
                            "re-issued 'front-proxy-client': 2025-03-03 08:20 .. 2027-03-03 "
                            "08:20"),
              std::string::npos)
        << said.out;
    EXPECT_EQ(node.check().code, ExitCode::Healthy);
}

TEST(CertsRefresh, LetsTheKubeconfigFollowItsFile)
{
    Node node;
    node.tree.leaves = node.tree.installed;
    node.tree.special["client"] = dates("2026-04-03T08:07:00Z", "2036-03-31T08:07:00Z");
    node.tree.build();

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Healthy) << said.out << said.err;
    EXPECT_NE(said.out.find("re-issued 'client'"), std::string::npos);
    EXPECT_NE(node.tree.read("/credentials/client.config")
                  .find(encode_base64(node.tree.read("/certs/client.crt"))),
              std::string::npos);
    EXPECT_EQ(node.check().code, ExitCode::Healthy);
    EXPECT_EQ(node.check().out.find("CG205"), std::string::npos);
}

TEST(CertsRefresh, ReplacesNothingBeyondALink)
{
    Node node;
    node.tree.build();
    const std::string bad = node.tree.read("/certs/server.crt");
    node.tree.tree.write("/etc/ssl/server.crt", bad);
    node.tree.remove("/certs/server.crt");
    std::filesystem::create_symlink("/etc/ssl/server.crt", node.tree.path("/certs/server.crt"));

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_NE(said.out.find("CG213"), std::string::npos) << said.out;
    EXPECT_NE(said.out.find("it is a link"), std::string::npos) << said.out;
    EXPECT_NE(said.out.find("re-issued 'front-proxy-client'"), std::string::npos) << said.out;
    EXPECT_EQ(node.tree.tree.read("/etc/ssl/server.crt"), bad);
    EXPECT_FALSE(std::filesystem::exists(
        node.tree.tree.path("/var/lib/clockguard/backups/20260303T082011Z/certs/server.crt")));
}

/// Who may write certs/ must not sign with a key that only root may read.
TEST(CertsRefresh, SignsWithNoKeyBeyondALink)
{
    Node node;
    node.tree.build();
    const std::string bad = node.tree.read("/certs/server.crt");
    node.tree.tree.write("/etc/ssl/private/ca.key", node.tree.read("/certs/ca.key"));
    node.tree.remove("/certs/ca.key");
    std::filesystem::create_symlink("/etc/ssl/private/ca.key", node.tree.path("/certs/ca.key"));

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_NE(said.out.find("CG213 'server' cannot be re-issued: cannot read '" +
                            node.tree.path("/certs/ca.key") +
                            "': it is a link, or in a folder that is one"),
              std::string::npos)
        << said.out;
    EXPECT_EQ(node.tree.read("/certs/server.crt"), bad);
}

}  // namespace
}  // namespace clockguard
