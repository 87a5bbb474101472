// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_undo.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "clockguard/core/base/base64.hpp"
#include "support/certs_node.hpp"
#include "support/other_user.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

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

}  // namespace
}  // namespace clockguard
