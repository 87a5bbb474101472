// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_backups.hpp"

#include <gtest/gtest.h>

#include "support/certs_node.hpp"
#include "support/has.hpp"

namespace clockguard {
namespace {

const std::string backup_folder = "/var/lib/clockguard/backups/20260303T082011Z";

TEST(UnusableBackup, NamesItselfAndTheReason)
{
    EXPECT_EQ(to_text(UnusableBackup{.name = "20260303T082011Z", .why = {.what = "torn"}}),
              "backup '20260303T082011Z' cannot be used: torn");
}

TEST(CertsBackups, AreListedForWhoCanUseThem)
{
    Node node;
    node.tree.build();
    EXPECT_EQ(node.backups().out, "there is no backup\n");
    node.refresh({.select = {.names = {"server"}}, .yes = true});

    EXPECT_EQ(node.backups().out, "BACKUP              MADE AT           REASON         FILES\n"
                                  "20260303T082011Z    2026-03-03 08:20  certs refresh      1\n"
                                  "To restore one: sudo clockguard certs undo --to BACKUP\n");
    node.output.verbose = true;
    EXPECT_TRUE(has(node.backups().out, "/var/snap/microk8s/current/certs/server.crt"))
        << node.backups().out;
    node.output.quiet = true;
    EXPECT_EQ(node.backups().out, "");
}

TEST(CertsBackups, AreNotSaidToBeNoneWhereOneCannotBeUsed)
{
    Node node;
    node.tree.build();
    node.tree.tree.write(backup_folder + "/manifest.json", "torn");

    const Said said = node.backups();

    EXPECT_EQ(said.code, ExitCode::Undetermined);
    EXPECT_EQ(said.out, "");
    EXPECT_EQ(said.err, "clockguard: backup '20260303T082011Z' cannot be used: '" +
                            node.tree.tree.path(backup_folder) +
                            "/manifest.json' is not clockguard.backup/v1\n");
}

TEST(CertsBackups, ShowsItsBackupsInJson)
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

TEST(CertsBackups, TellsInJsonThatABackupCannotBeUsed)
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

}  // namespace
}  // namespace clockguard
