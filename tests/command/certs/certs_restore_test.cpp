// SPDX-License-Identifier: Apache-2.0
#include "command/certs/certs_restore.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "clockguard/core/base/base64.hpp"
#include "support/certs_node.hpp"

namespace clockguard {
namespace {

/// That nothing was written is seen in what was there; a lock file is none of it.
std::map<std::string, std::string> data_of(const Node& node)
{
    std::map<std::string, std::string> seen = node.tree.tree.snapshot();
    std::erase_if(seen,
                  [&](const auto& file) { return !file.first.starts_with(node.tree.path("")); });
    return seen;
}

const std::string backup_folder = "/var/lib/clockguard/backups/20260303T082011Z";

TEST(CertsRestore, MakesNoFileThatIsGone)
{
    Node node;
    node.tree.build();
    node.refresh();
    node.tree.remove("/certs/server.crt");
    const auto before = data_of(node);

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.err, "clockguard: cannot undo: '" + node.tree.path("/certs/server.crt") +
                            "': No such file or directory; its old content is in '" +
                            node.tree.tree.path("/var/lib/clockguard/backups/20260303T082011Z/"
                                                "certs/server.crt") +
                            "'\n");
    EXPECT_EQ(data_of(node), before);
}

TEST(CertsRestore, ReplacesNothingThatIsNoCertificate)
{
    Node node;
    node.tree.build();
    const std::string bad = node.tree.read("/certs/server.crt");
    node.refresh();
    node.tree.write("/certs/server.crt", std::string(70, '[') + std::string(70, ']'));
    EXPECT_EQ(node.undo().code, ExitCode::Refused);
    node.tree.write("/certs/server.crt", "root ALL=(ALL) ALL\n");

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_NE(said.err.find("server.crt' no longer holds a certificate; its old content is in '"),
              std::string::npos)
        << said.err;
    EXPECT_EQ(node.tree.read("/certs/server.crt"), "root ALL=(ALL) ALL\n");
    node.tree.write("/certs/server.crt", std::string(1024, '\0'));
    EXPECT_EQ(node.undo().code, ExitCode::Healthy);
    EXPECT_EQ(node.tree.read("/certs/server.crt"), bad);
}

/// A kubeconfig with a token holds no certificate of its user, one in JSON has its keys in quotes.
TEST(CertsRestore, PutsBackAKubeconfigOfAnyForm)
{
    Node node;
    node.tree.leaves = node.tree.installed;
    node.tree.build();
    const std::string old = encode_base64(make_cert({.name = "10.152.183.1",
                                                     .not_before = at("2015-05-01T00:00:00Z"),
                                                     .not_after = at("2025-05-01T00:00:00Z"),
                                                     .is_ca = true,
                                                     .key = node.tree.ca_key})
                                              .pem);
    const std::string token =
        fmt::format("{{\"clusters\": [{{\"name\": \"c\", \"cluster\": "
                    "{{\"server\": \"https://127.0.0.1:16443\", "
                    "\"certificate-authority-data\": \"{}\"}}}}], \"users\": [{{\"name\": \"u\", "
                    "\"user\": {{\"token\": \"x\"}}}}]}}\n",
                    old);
    node.tree.write("/credentials/client.config", token);
    ASSERT_EQ(node.refresh().code, ExitCode::Healthy);
    ASSERT_NE(node.tree.read("/credentials/client.config"), token);
    node.tree.write("/credentials/client.config", "clusters: [{name: c, cluster: {server: h}}]\n"
                                                  "users: [{name: u, user: {token: x}}]\n");

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Healthy) << said.err;
    EXPECT_EQ(node.tree.read("/credentials/client.config"), token);
}

/// Only what the profile has, or a flag tells of, is what a refresh replaces.
TEST(CertsRestore, RestoresNothingElseBelowTheData)
{
    Node node;
    node.tree.build();
    node.refresh();
    const std::string manifest = "/var/lib/clockguard/backups/20260303T082011Z/manifest.json";
    std::string text = node.tree.tree.read(manifest);
    const std::string certs = "/var/snap/microk8s/current/certs/";
    text.replace(text.find(certs + "server.crt"), (certs + "server.crt").size(),
                 certs + "serviceaccount.key");
    node.tree.tree.write(manifest, text);
    node.tree.write("/certs/serviceaccount.key", node.tree.read("/certs/server.crt"));
    const auto before = data_of(node);

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.err, "clockguard: cannot undo: '" + node.tree.path("/certs/serviceaccount.key") +
                            "' is not one of MicroK8s's files\n");
    EXPECT_EQ(data_of(node), before);
}

/// certs/ may be written by a group; what it puts in the folder's place is not followed.
TEST(CertsRestore, GoesThroughNoLink)
{
    Node node;
    node.tree.build();
    node.refresh();
    std::filesystem::rename(node.tree.path("/certs"), node.tree.tree.path("/etc"));
    std::filesystem::create_symlink("/etc", node.tree.path("/certs"));
    const auto before = node.tree.tree.snapshot();

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_NE(said.err.find("': it is a link, or in a folder that is one; its old content"),
              std::string::npos)
        << said.err;
    EXPECT_EQ(node.tree.tree.snapshot(), before);
}

TEST(CertsRestore, RefusesAFileOfABackupThatOthersMayWriteOrThatIsALink)
{
    Node node;
    node.tree.build();
    node.refresh();
    const std::string stored = node.tree.tree.path(backup_folder + "/certs/server.crt");
    ::chmod(stored.c_str(), 0666);
    const auto before = data_of(node);

    EXPECT_EQ(node.undo().code, ExitCode::Refused);
    std::filesystem::remove(stored);
    node.tree.tree.write("/etc/server.crt", node.tree.read("/certs/server.crt"));
    std::filesystem::create_symlink("../../../../../../etc/server.crt", stored);

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.err, "clockguard: cannot read '" + stored +
                            "': it is a link, or in a folder that is one\n");
    EXPECT_EQ(data_of(node), before);
}

TEST(CertsRestore, PutsBackNothingThatIsNoCertificate)
{
    Node node;
    node.tree.build();
    node.refresh();
    const std::string stored = backup_folder + "/certs/server.crt";
    node.tree.tree.write(stored, "root:$6$x:19000:0:99999:7:::\n");
    const auto before = data_of(node);

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.err, "clockguard: cannot undo: '" + node.tree.tree.path(stored) +
                            "' holds no certificate\n");
    EXPECT_EQ(data_of(node), before);

    // As a power cut leaves it.
    for (const std::string& lost : {std::string{}, std::string(1024, '\0')}) {
        node.tree.tree.write(stored, lost);
        EXPECT_EQ(node.undo().code, ExitCode::Refused);
        EXPECT_EQ(data_of(node), before);
    }
}

TEST(CertsRestore, SaysThatWhatItBringsBackIsNotValidNow)
{
    Node node;
    node.tree.build();
    node.refresh();

    EXPECT_EQ(node.undo().err,
              "clockguard: the restored 'server' is not valid until 2026-04-03T08:07:34Z\n"
              "clockguard: the restored 'front-proxy-client' is not valid until "
              "2026-04-03T08:07:34Z\n");
    EXPECT_EQ(node.undo().err, "");
}

TEST(CertsRestore, SaysThatWhatItBringsBackIsOfAnotherCa)
{
    Node node;
    node.tree.build();
    node.refresh(
        {.select = {.names = {"server", "client.config", "ca"}, .include_ca = true}, .yes = true});
    const TestCert other = make_cert({.name = "10.152.183.1",
                                      .not_before = node.tree.installed.from,
                                      .not_after = node.tree.installed.until,
                                      .is_ca = true});
    const std::string of_its_own = node.undo().err;
    EXPECT_EQ(of_its_own.find("CA"), std::string::npos) << of_its_own;
    node.now += std::chrono::hours{1};
    node.refresh({.select = {.names = {"server", "client.config"}}, .yes = true});
    node.tree.write("/certs/ca.crt", other.pem);
    node.tree.write("/certs/ca.key", other.key_pem());

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_NE(said.err.find("'server' as of then is not signed by 'ca' as of now\n"),
              std::string::npos)
        << said.err;
    EXPECT_NE(said.err.find("'client.config' as of then trusts another CA than 'ca' as of now\n"),
              std::string::npos)
        << said.err;
}

TEST(CertsRestore, RefusesACertificateWhoseKeyIsAnotherByNow)
{
    Node node;
    node.tree.build();
    node.refresh();
    node.tree.write("/certs/server.key", to_pem(make_key()));
    const std::string there = node.tree.read("/certs/server.crt");

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_EQ(said.err, "clockguard: cannot undo: 'server' now has another key\n");
    EXPECT_EQ(node.tree.read("/certs/server.crt"), there);
}

}  // namespace
}  // namespace clockguard
