// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_undo.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "clockguard/core/base/base64.hpp"
#include "support/certs_node.hpp"
#include "support/other_user.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// That nothing was written is seen in what was there; a lock file is none of it.
std::map<std::string, std::string> data_of(const Node& node)
{
    std::map<std::string, std::string> seen = node.tree.tree.snapshot();
    std::erase_if(seen,
                  [&](const auto& file) { return !file.first.starts_with(node.tree.path("")); });
    return seen;
}

const std::string backup_folder = "/var/lib/clockguard/backups/20260303T082011Z";

TEST(CertsUndo, PutsBackTheVeryBytes)
{
    Node node;
    node.tree.build();
    const std::string bad = node.tree.read("/certs/server.crt");
    node.refresh();
    const std::string good = node.tree.read("/certs/server.crt");

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_EQ(said.out, "restored 'server' from backup 20260303T082011Z "
                        "(/var/snap/microk8s/current/certs/server.crt)\n"
                        "restored 'front-proxy-client' from backup 20260303T082011Z "
                        "(/var/snap/microk8s/current/certs/front-proxy-client.crt)\n"
                        "backup 20260303T082011Z-2. To go back: sudo clockguard certs undo\n");
    EXPECT_EQ(node.tree.read("/certs/server.crt"), bad);
    node.undo();
    EXPECT_EQ(node.tree.read("/certs/server.crt"), good);
    node.undo("20260303T082011Z");
    EXPECT_EQ(node.tree.read("/certs/server.crt"), bad);
}

TEST(CertsUndo, ShowsWhatItCanPutBackAndPutsBackAnyOfIt)
{
    Node node;
    node.tree.build();
    EXPECT_EQ(node.backups().out, "there is no backup\n");
    std::map<std::string, std::string> before;
    for (const char* name : {"20260303T082011Z", "20260303T102011Z", "20260303T122011Z"}) {
        before[name] = node.tree.read("/certs/server.crt");
        node.refresh({.select = {.names = {"server"}}, .yes = true});
        node.now += 2h;
        node.uptime += 2h;
    }
    const auto untouched = node.tree.tree.snapshot();

    EXPECT_EQ(node.backups().out, "BACKUP              MADE AT           REASON         FILES\n"
                                  "20260303T122011Z    2026-03-03 12:20  certs refresh      1\n"
                                  "20260303T102011Z    2026-03-03 10:20  certs refresh      1\n"
                                  "20260303T082011Z    2026-03-03 08:20  certs refresh      1\n"
                                  "To restore one: sudo clockguard certs undo --to BACKUP\n");
    EXPECT_EQ(node.tree.tree.snapshot(), untouched);
    for (const auto& [name, text] : before) {
        EXPECT_EQ(node.undo(name).code, ExitCode::Healthy);
        EXPECT_EQ(node.tree.read("/certs/server.crt"), text) << name;
    }
}

TEST(CertsUndo, ShowsItsBackupsInJson)
{
    Node node;
    node.tree.build();
    node.output.format = Format::Json;
    EXPECT_NE(node.backups().out.find("\"backups\": []"), std::string::npos);
    node.refresh({.select = {.names = {"server"}}, .yes = true});

    const Said said = node.backups();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_NE(said.out.find(R"("backups": [
    {
      "name": "20260303T082011Z",
      "time": "2026-03-03T08:20:11Z",
      "reason": "certs refresh",
      "files": [
        "/var/snap/microk8s/current/certs/server.crt"
      ]
    }
  ])"),
              std::string::npos)
        << said.out;
    EXPECT_EQ(node.check().out.find("\"backups\""), std::string::npos);
}

TEST(CertsUndo, SaysThatThereIsNothingToUndo)
{
    Node node;
    node.tree.build();
    EXPECT_EQ(node.undo().err, "clockguard: cannot undo: there is no backup\n");
    EXPECT_EQ(node.undo().code, ExitCode::Critical);

    node.refresh();
    EXPECT_EQ(node.undo("x").err,
              "clockguard: cannot undo: there is no backup 'x'; there are: 20260303T082011Z\n");
}

TEST(CertsUndo, MakesNoFileThatIsGone)
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

TEST(CertsUndo, ReplacesNothingThatIsNoCertificate)
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
TEST(CertsUndo, PutsBackAKubeconfigOfAnyForm)
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
TEST(CertsUndo, RestoresNothingElseBelowTheData)
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
TEST(CertsUndo, GoesThroughNoLink)
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

TEST(CertsUndo, RefusesABackupThatOthersMayWrite)
{
    Node node;
    node.tree.build();
    node.refresh();
    const std::string folder = node.tree.tree.path(backup_folder);
    ::chmod(folder.c_str(), 0777);
    const std::string why = "backup '20260303T082011Z' cannot be used: cannot trust folder '" +
                            folder + "': users other than its owner may write it (mode 0777)\n";
    const auto before = node.tree.tree.snapshot();

    const Said said = node.undo();

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.err, "clockguard: cannot undo: " + why);
    EXPECT_EQ(node.undo("20260303T082011Z").err, said.err);
    const Said listed = node.backups();
    EXPECT_EQ(listed.code, ExitCode::Undetermined);
    EXPECT_EQ(listed.out, "");
    EXPECT_EQ(listed.err, "clockguard: " + why);
    EXPECT_EQ(node.tree.tree.snapshot(), before);
}

TEST(CertsUndo, RefusesAFileOfABackupThatOthersMayWriteOrThatIsALink)
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

TEST(CertsUndo, PutsBackNothingThatIsNoCertificate)
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

/// One that is torn is told, and is none.
TEST(CertsUndo, NamesTheBackupsThatItPassesOver)
{
    Node node;
    node.tree.build();
    node.refresh();
    const std::string torn = "/var/lib/clockguard/backups/20260304T082011Z/manifest.json";
    node.tree.tree.write(torn, "torn");
    const std::string why = "backup '20260304T082011Z' cannot be used: '" +
                            node.tree.tree.path(torn) + "' is not clockguard.backup/v1";

    const Said listed = node.backups();

    EXPECT_EQ(listed.code, ExitCode::Undetermined);
    EXPECT_NE(listed.out.find("20260303T082011Z    2026-03-03 08:20"), std::string::npos);
    EXPECT_EQ(listed.err, "clockguard: " + why + "\n");
    const Said wanted = node.undo("20260304T082011Z");
    EXPECT_EQ(wanted.code, ExitCode::Refused);
    EXPECT_EQ(wanted.err, "clockguard: cannot undo: " + why + "\n");
    const Said said = node.undo();
    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_TRUE(said.err.starts_with("clockguard: " + why + ", ignoring it\n")) << said.err;
}

TEST(CertsUndo, TellsInJsonThatABackupCannotBeUsed)
{
    Node node;
    node.tree.build();
    node.output.format = Format::Json;
    node.tree.tree.write(backup_folder + "/manifest.json", "torn");

    const Said said = node.backups();

    EXPECT_EQ(said.code, ExitCode::Undetermined);
    EXPECT_NE(said.out.find("\"exit_code\": 3"), std::string::npos) << said.out;
    EXPECT_NE(said.out.find("0 of at most 10 backups; backup '20260303T082011Z' cannot be used"),
              std::string::npos)
        << said.out;
}

TEST(CertsUndo, AsksOnATerminalAndGoesAheadWithout)
{
    Node node;
    node.tree.build();
    const std::string bad = node.tree.read("/certs/server.crt");
    node.refresh();
    const std::string good = node.tree.read("/certs/server.crt");
    node.answer = false;

    EXPECT_EQ(node.undo().code, ExitCode::Refused);
    EXPECT_EQ(node.tree.read("/certs/server.crt"), good);
    EXPECT_EQ(node.asked, std::vector<std::string>{"Restore server, front-proxy-client from backup "
                                                   "20260303T082011Z? [y/N] "});
    node.answer.reset();
    EXPECT_EQ(node.undo().code, ExitCode::Healthy);
    EXPECT_EQ(node.tree.read("/certs/server.crt"), bad);
    node.asked.clear();
    node.answer = false;
    const Said said =
        node.say([&] { return run_certs_undo(node.context(), {.yes = true}, node.world()); });
    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_TRUE(node.asked.empty());
}

TEST(CertsUndo, SaysThatWhatItBringsBackIsNotValidNow)
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

TEST(CertsUndo, SaysThatWhatItBringsBackIsOfAnotherCa)
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

TEST(CertsUndo, NeedsRootWhereOnlyRootMay)
{
    Node node;
    node.tree.build();
    node.refresh();
    ::chmod(node.tree.tree.folder().c_str(), 0755);
    const std::string lock = node.tree.tree.path("/run/clockguard/certs.lock");
    ASSERT_EQ(::chmod(lock.c_str(), 0), 0);
    ::chmod(node.tree.path("/certs/ca.key").c_str(), 0);
    {
        const AsAnotherUser nobody;
        EXPECT_EQ(node.refresh({.select = {.names = {"server"}}, .dry_run = true}).code,
                  ExitCode::NeedsRoot);
        EXPECT_EQ(node.undo().code, ExitCode::NeedsRoot);
        EXPECT_EQ(node.refresh().code, ExitCode::NeedsRoot);
    }
    ::chmod(lock.c_str(), 0600);
    ::chmod(node.tree.path("/certs/ca.key").c_str(), 0600);

    node.may_write = false;
    EXPECT_EQ(node.undo().code, ExitCode::NeedsRoot);
    const Said said = node.refresh();
    EXPECT_EQ(said.code, ExitCode::NeedsRoot);
    EXPECT_EQ(said.err, "clockguard: cannot refresh certificates: needs root (sudo)\n");
    EXPECT_NE(node.refresh({.dry_run = true}).code, ExitCode::NeedsRoot);
}

TEST(CertsUndo, RefusesACertificateWhoseKeyIsAnotherByNow)
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
