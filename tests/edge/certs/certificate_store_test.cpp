// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/certificate_store.hpp"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "clockguard/core/certs/backup_json.hpp"
#include "clockguard/edge/base/files.hpp"
#include "support/file_changes.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using namespace std::chrono;

const Instant noon = sys_days{2026y / 3 / 3} + 12h;

Root root_of(const Tree& tree)
{
    return {.folder = tree.folder()};
}

TEST(Backup, HoldsNothingFromBeyondALink)
{
    const LinkedFolder tree;

    const auto saved = save_backup(root_of(tree), {.name = "x"}, {change_below(tree)});

    ASSERT_FALSE(saved);
    EXPECT_EQ(to_text(saved.error()), "cannot back up '" + tree.path(server) +
                                          "': it is a link, or in a folder that is one");
    EXPECT_FALSE(file_exists(tree.path("/var/lib/clockguard/backups/x")));
}

TEST(TidyUp, RemovesNothingBeyondALink)
{
    const LinkedFolder tree;
    tree.write("/elsewhere/server.crt.clockguard-aB3xYz", "theirs");

    tidy_up(root_of(tree), {{.root = root_of(tree),
                             .trusted = "/var/snap/microk8s/current",
                             .location = tree.path(server)}});

    EXPECT_EQ(tree.read("/elsewhere/server.crt.clockguard-aB3xYz"), "theirs");
}

TEST(Backup, KeepsTextOwnerAndModeForRootAlone)
{
    const Tree tree{{server, "old"}};
    ::chmod(tree.path(server).c_str(), 0660);

    const auto saved = save_backup(
        root_of(tree), {.name = backup_name(noon), .made_at = noon, .reason = "certs refresh"},
        {change_in(tree)});

    ASSERT_TRUE(saved) << to_text(saved.error());
    EXPECT_EQ(saved->name, "20260303T120000Z");
    const std::string folder = "/var/lib/clockguard/backups/20260303T120000Z";
    EXPECT_EQ(tree.read(folder + "/certs/server.crt"), "old");
    EXPECT_EQ(mode_of(tree.path(folder)), 0700U);
    EXPECT_EQ(mode_of(tree.path(folder + "/certs/server.crt")), 0600U);
    const auto all = list_backups(root_of(tree)).value_or(BackupList{}).usable;
    ASSERT_EQ(all.size(), 1U);
    ASSERT_EQ(all[0].files.size(), 1U);
    EXPECT_EQ(all[0].files[0].path, server);
    EXPECT_EQ(all[0].files[0].mode, 0660U);
    EXPECT_EQ(read_backup(root_of(tree), all[0], all[0].files[0]).value_or("?"), "old");
}

TEST(Backup, KeepsTheLastTenInTheOrderTheyWereMadeWhateverTheClockSaid)
{
    const Tree tree{{server, "old"}};
    for (int i = 0; i < 12; ++i) {
        const Instant when = noon - hours{i};
        ASSERT_TRUE(save_backup(root_of(tree), {.name = backup_name(when), .made_at = when},
                                {change_in(tree)}));
    }

    const auto all = list_backups(root_of(tree)).value_or(BackupList{}).usable;

    ASSERT_EQ(all.size(), 10U);
    EXPECT_EQ(all.front().name, "20260303T010000Z");
    EXPECT_EQ(all.front().number, 12U);
    EXPECT_EQ(all.back().name, "20260303T100000Z");
}

TEST(Backup, TellsTwoOfTheSameSecondApart)
{
    const Tree tree{{server, "old"}};
    const Backup wanted{.name = backup_name(noon), .made_at = noon};

    ASSERT_TRUE(save_backup(root_of(tree), wanted, {change_in(tree)}));
    const auto second = save_backup(root_of(tree), wanted, {change_in(tree)});

    ASSERT_TRUE(second);
    EXPECT_EQ(second->name, "20260303T120000Z-2");
    EXPECT_EQ(list_backups(root_of(tree))->usable.size(), 2U);
}

TEST(Backup, TellsTwoFilesOfTheSameNameApart)
{
    const Tree tree{{server, "old"}, {"/var/snap/microk8s/current/own/certs/server.crt", "own"}};
    FileChange own = change_in(tree);
    own.path = "/var/snap/microk8s/current/own/certs/server.crt";
    own.location = tree.path(own.path);
    own.before = "own";

    const auto saved = save_backup(root_of(tree), {.name = "x"}, {change_in(tree), own});

    ASSERT_TRUE(saved) << to_text(saved.error());
    ASSERT_EQ(saved->files.size(), 2U);
    EXPECT_EQ(read_backup(root_of(tree), *saved, saved->files[0]).value_or(""), "old");
    EXPECT_EQ(read_backup(root_of(tree), *saved, saved->files[1]).value_or(""), "own");
}

TEST(Backup, IsNewerThanOneThatCannotBeRead)
{
    const Tree tree{{server, "old"}};
    for (const int day : {1, 2})
        ASSERT_TRUE(
            save_backup(root_of(tree), {.name = backup_name(noon + days{day})}, {change_in(tree)}));
    tree.write("/var/lib/clockguard/backups/20260305T120000Z/manifest.json", "torn");

    const auto third = save_backup(root_of(tree), {.name = backup_name(noon)}, {change_in(tree)});

    ASSERT_TRUE(third);
    EXPECT_EQ(third->number, 3U);
}

TEST(Backup, PassesOverWhatIsNotWhole)
{
    const Tree tree{{"/var/lib/clockguard/backups/a/certs/server.crt", "old"},
                    {"/var/lib/clockguard/backups/b/manifest.json", "{\"schema\": \"clockgu"},
                    {"/var/lib/clockguard/backups/c/manifest.json", "{}"}};

    EXPECT_TRUE(list_backups(root_of(tree))->usable.empty());
}

TEST(Backup, IsNamedWhenItCannotBeUsed)
{
    const std::string torn = "/var/lib/clockguard/backups/20260305T120000Z/manifest.json";
    const Tree tree{{torn, "torn"},
                    {"/var/lib/clockguard/backups/20260304T120000Z/certs/server.crt", "old"}};

    const auto all = list_backups(root_of(tree)).value_or(BackupList{});

    ASSERT_EQ(all.unusable.size(), 1U);
    EXPECT_EQ(all.unusable[0].name, "20260305T120000Z");
    EXPECT_EQ(to_text(all.unusable[0].why),
              "'" + tree.path(torn) + "' is not clockguard.backup/v1");
}

/// What it says of modes and owners would be carried out by root.
TEST(Backup, IsNotUsedWhereOthersMayWriteIt)
{
    const Tree tree{{server, "old"}};
    const auto saved = save_backup(root_of(tree), {.name = "20260303T120000Z"}, {change_in(tree)});
    ASSERT_TRUE(saved);
    const std::string folder = tree.path("/var/lib/clockguard/backups/20260303T120000Z");

    ::chmod((folder + "/certs/server.crt").c_str(), 0666);
    EXPECT_EQ(to_text(read_backup(root_of(tree), *saved, saved->files[0]).error()),
              "cannot trust '" + folder +
                  "/certs/server.crt': users other than its owner may write it (mode 0666)");
    ::chmod(folder.c_str(), 0777);

    const auto all = list_backups(root_of(tree)).value_or(BackupList{});

    EXPECT_TRUE(all.usable.empty());
    ASSERT_EQ(all.unusable.size(), 1U);
    EXPECT_EQ(to_text(all.unusable[0].why),
              "cannot trust folder '" + folder +
                  "': users other than its owner may write it (mode 0777)");
}

TEST(Backup, HoldsNothingBeyondALinkOfItsOwn)
{
    const Tree tree{{server, "old"}, {"/etc/shadow", "secret"}};
    const auto saved = save_backup(root_of(tree), {.name = "20260303T120000Z"}, {change_in(tree)});
    ASSERT_TRUE(saved);
    const std::string stored = location_of(root_of(tree), *saved, saved->files[0]);
    std::filesystem::remove(stored);
    std::filesystem::create_symlink("../../../../../../etc/shadow", stored);

    EXPECT_EQ(to_text(read_backup(root_of(tree), *saved, saved->files[0]).error()),
              "cannot read '" + stored + "': it is a link, or in a folder that is one");
}

/// The disk of another machine may have an absolute link in its place.
TEST(Backup, IsMadeBelowTheRootOnly)
{
    const Tree tree{{"/in" + server, "old"}, {"/live/x", ""}, {"/in/var/lib/x", ""}};
    std::filesystem::create_symlink(tree.path("/live"), tree.path("/in/var/lib/clockguard"));
    const Root root{tree.path("/in")};
    FileChange change = change_in(tree);
    change.location = root.path(server);

    EXPECT_FALSE(save_backup(root, {.name = "20260303T120000Z"}, {change}));
    EXPECT_FALSE(save_refresh_log(root, {}));
    tidy_up(root, {});

    EXPECT_EQ(list_folder(tree.path("/live")).value_or(std::vector<std::string>{}),
              std::vector<std::string>{"x"});
}

TEST(Backup, LeavesNothingWhenItFails)
{
    const Tree tree{{server, "old"}};
    FileChange missing = change_in(tree);
    missing.location += ".gone";

    EXPECT_FALSE(save_backup(root_of(tree), {.name = "x"}, {change_in(tree), missing}));

    EXPECT_FALSE(file_exists(tree.path("/var/lib/clockguard/backups/x")));
}

TEST(Backup, IsNotListedWhereTheFolderCannotBeRead)
{
    const Tree tree{{"/var/lib/clockguard/backups", "no folder"}};

    const auto all = list_backups(root_of(tree));

    ASSERT_FALSE(all);
    EXPECT_EQ(to_text(all.error()), "cannot list folder '" +
                                        tree.path("/var/lib/clockguard/backups") +
                                        "': Not a directory");
}

TEST(TidyUp, RemovesWhatAKilledRunLeftAndNothingElse)
{
    const std::string backups = "/var/lib/clockguard/backups/";
    const Tree tree{{server, "old"},
                    {server + ".clockguard-aB3xYz", "torn"},
                    {server + ".clockguard-notes", "somebody's"},
                    {"/var/snap/microk8s/current/certs/mine.crt.clockguard-aB3xYz", "another's"},
                    {"/var/lib/clockguard/refreshes.json.clockguard-aB3xYz", "torn"},
                    {"/var/lib/clockguard/state.json.clockguard-aB3xYz", "the gate's"},
                    {backups + "20260303T120000Z/certs/server.crt", "torn"},
                    {backups + "20260303T120000Z-2/manifest.json", "whole"},
                    {backups + "before-the-upgrade/server.crt", "mine"}};

    tidy_up(root_of(tree), {{.location = tree.path(server)}});

    EXPECT_EQ(list_folder(tree.path("/var/snap/microk8s/current/certs"))
                  .value_or(std::vector<std::string>{}),
              (std::vector<std::string>{"mine.crt.clockguard-aB3xYz", "server.crt",
                                        "server.crt.clockguard-notes"}));
    EXPECT_EQ(list_folder(tree.path("/var/lib/clockguard")).value_or(std::vector<std::string>{}),
              (std::vector<std::string>{"backups", "state.json.clockguard-aB3xYz"}));
    EXPECT_EQ(list_folder(tree.path(backups)).value_or(std::vector<std::string>{}),
              (std::vector<std::string>{"20260303T120000Z-2", "before-the-upgrade"}));
}

TEST(CertificateLock, IsHeldByOneAtATime)
{
    const Tree tree;
    {
        const auto first = lock_certificates(root_of(tree));
        ASSERT_TRUE(first);

        const auto second = lock_certificates(root_of(tree));

        ASSERT_FALSE(second);
        EXPECT_TRUE(second.error().code == std::errc::resource_unavailable_try_again);
    }
    EXPECT_TRUE(lock_certificates(root_of(tree)));
}

TEST(RefreshLog, IsIgnoredWithAWordWhenOthersMayWriteIt)
{
    const Tree tree;
    ASSERT_TRUE(save_refresh_log(root_of(tree), {{.boot_id = "b1", .names = {"server"}}}));
    const std::string path = tree.path("/var/lib/clockguard/refreshes.json");
    ::chmod(path.c_str(), 0666);

    const auto [records, complaint] = load_log(root_of(tree), refreshes_file);

    EXPECT_TRUE(records.empty());
    EXPECT_EQ(complaint, "'" + path + "' cannot be used, ignoring: cannot trust '" + path +
                             "': users other than its owner may write it (mode 0666)");
}

TEST(RefreshLog, IsIgnoredWithAWordWhenTorn)
{
    const Tree tree{{"/var/lib/clockguard/refreshes.json", "{\"schema\""}};

    const auto [records, complaint] = load_log(root_of(tree), refreshes_file);

    EXPECT_TRUE(records.empty());
    EXPECT_EQ(complaint, "'" + tree.path("/var/lib/clockguard/refreshes.json") +
                             "' cannot be used, ignoring: is not clockguard.refreshes/v1");
}

}  // namespace
}  // namespace clockguard
