// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/certificate_store.hpp"
#include "clockguard/edge/certs/replace_file.hpp"

#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "clockguard/core/certs/backup_json.hpp"
#include "clockguard/edge/base/files.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using namespace std::chrono;

const std::string server = "/var/snap/microk8s/current/certs/server.crt";
const Instant noon = sys_days{2026y / 3 / 3} + 12h;

FileChange change_in(const Tree& tree, std::string before = "old")
{
    return {.name = "server",
            .path = server,
            .location = tree.path(server),
            .before = std::move(before),
            .after = "new"};
}

mode_t mode_of(const std::string& path)
{
    struct stat about {};
    return ::stat(path.c_str(), &about) == 0 ? about.st_mode & 07777U : 0;
}

Root root_of(const Tree& tree)
{
    return {.folder = tree.folder()};
}

TEST(ReplaceFile, KeepsOwnerAndModeAndLeavesNothingBeside)
{
    const Tree tree{{server, "old"}};
    ::chmod(tree.path(server).c_str(), 0660);
    struct stat before {};
    ::stat(tree.path(server).c_str(), &before);

    const auto replaced = replace_file(change_in(tree));

    ASSERT_TRUE(replaced) << to_text(replaced.error());
    struct stat after {};
    ::stat(tree.path(server).c_str(), &after);
    EXPECT_EQ(tree.read(server), "new");
    EXPECT_EQ(after.st_mode, before.st_mode);
    EXPECT_EQ(after.st_uid, before.st_uid);
    EXPECT_EQ(after.st_gid, before.st_gid);
    EXPECT_NE(after.st_ino, before.st_ino);
    EXPECT_EQ(list_folder(tree.path("/var/snap/microk8s/current/certs"))
                  .value_or(std::vector<std::string>{}),
              std::vector<std::string>{"server.crt"});
}

TEST(ReplaceFile, KeepsTheGroupOfMicrok8s)
{
    const Tree tree{{server, "old"}};
    if (::chown(tree.path(server).c_str(), static_cast<uid_t>(-1), 12345) != 0)
        GTEST_SKIP() << "only root may give a file to a group";

    ASSERT_TRUE(replace_file(change_in(tree)));

    struct stat after {};
    ::stat(tree.path(server).c_str(), &after);
    EXPECT_EQ(after.st_gid, 12345U);
}

TEST(ReplaceFile, KeepsTheLabelOfSelinux)
{
    const Tree tree{{server, "old"}};
    const std::string label = "system_u:object_r:var_t:s0";
    if (::setxattr(tree.path(server).c_str(), "security.selinux", label.data(), label.size(), 0) !=
        0)
        GTEST_SKIP() << "the file system takes no labels";

    const auto replaced = replace_file(change_in(tree));

    ASSERT_TRUE(replaced) << to_text(replaced.error());
    char kept[64]{};
    ::getxattr(tree.path(server).c_str(), "security.selinux", kept, sizeof kept);
    EXPECT_EQ(kept, label);
}

TEST(ReplaceFile, RefusesWhatSomebodyElseHasJustWritten)
{
    const Tree tree{{server, "another"}};

    const auto replaced = replace_file(change_in(tree));

    ASSERT_FALSE(replaced);
    EXPECT_EQ(to_text(replaced.error()),
              "cannot replace '" + tree.path(server) + "': another program has just written it");
    EXPECT_EQ(tree.read(server), "another");
}

TEST(ReplaceFile, RefusesALink)
{
    const Tree tree{{"/elsewhere", "old"}, {"/var/snap/microk8s/current/certs/x", ""}};
    std::filesystem::create_symlink(tree.path("/elsewhere"), tree.path(server));

    const auto replaced = replace_file(change_in(tree));

    ASSERT_FALSE(replaced);
    EXPECT_EQ(to_text(replaced.error()), "cannot replace '" + tree.path(server) +
                                             "': it is a link, or in a folder that is one");
    EXPECT_EQ(tree.read("/elsewhere"), "old");
}

/// The folder that a certificate is in, as the group that may write there leaves it.
class LinkedFolder : public Tree {
public:
    LinkedFolder() : Tree{{"/elsewhere/server.crt", "old"}, {"/var/snap/microk8s/current/x", ""}}
    {
        std::filesystem::create_symlink(path("/elsewhere"),
                                        path("/var/snap/microk8s/current/certs"));
    }
};

FileChange change_below(const Tree& tree)
{
    FileChange change = change_in(tree);
    change.root = {.folder = tree.folder()};
    change.data = "/var/snap/microk8s/current";
    return change;
}

TEST(ReplaceFile, RefusesAFolderThatIsALink)
{
    const LinkedFolder tree;
    const auto before = tree.snapshot();

    const auto replaced = replace_file(change_below(tree));

    ASSERT_FALSE(replaced);
    EXPECT_EQ(to_text(replaced.error()), "cannot replace '" + tree.path(server) +
                                             "': it is a link, or in a folder that is one");
    EXPECT_EQ(tree.snapshot(), before);
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

/// No file may grow while this lives, as on a disk that is full.
class FullDisk {
public:
    FullDisk()
    {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit none{.rlim_cur = 0, .rlim_max = before_.rlim_max};
        ::signal(SIGXFSZ, SIG_IGN);
        ::setrlimit(RLIMIT_FSIZE, &none);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;
    ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }

private:
    rlimit before_{};
};

TEST(ReplaceFile, LosesNothingWhenTheDiskTakesNoMore)
{
    const Tree tree{{server, "old"}};

    const auto replaced = [&] {
        const FullDisk full;
        return replace_file(change_in(tree));
    }();

    ASSERT_FALSE(replaced);
    EXPECT_EQ(to_text(replaced.error()),
              "cannot replace '" + tree.path(server) + "': File too large");
    EXPECT_EQ(tree.read(server), "old");
    EXPECT_EQ(list_folder(tree.path("/var/snap/microk8s/current/certs"))
                  .value_or(std::vector<std::string>{}),
              std::vector<std::string>{"server.crt"});
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

BackupFile of_then(mode_t mode)
{
    return {.owner = ::geteuid(), .group = ::getegid(), .mode = mode};
}

TEST(Restore, HasTheModeOfThenWithoutItsSetUserIdBit)
{
    const Tree tree{{server, "old"}};
    ::chmod(tree.path(server).c_str(), 0770);

    const auto restored = restore_file(change_in(tree), of_then(04750));

    ASSERT_TRUE(restored) << to_text(restored.error());
    EXPECT_EQ(tree.read(server), "new");
    EXPECT_EQ(mode_of(tree.path(server)), 0750U);
}

TEST(Restore, OpensTheFileNoFurtherThanItIsNow)
{
    const Tree tree{{server, "old"}};
    ::chmod(tree.path(server).c_str(), 0640);

    const auto restored =
        restore_file(change_in(tree), {.owner = 65534, .group = 65534, .mode = 0666});

    ASSERT_TRUE(restored) << to_text(restored.error());
    EXPECT_EQ(mode_of(tree.path(server)), 0640U);
    struct stat about {};
    ::stat(tree.path(server).c_str(), &about);
    EXPECT_EQ(about.st_uid, ::geteuid());
    EXPECT_EQ(about.st_gid, ::getegid());
}

/// Version 2 of posix_acl_xattr.h: user::rw-, user:65534:rw-, group::---, mask::rw-, other::---
std::string acl_for_nobody()
{
    std::string acl{"\2\0\0\0", 4};
    const auto add = [&](char tag, char permissions, std::uint32_t id) {
        acl += {tag, '\0', permissions, '\0'};
        for (int shift = 0; shift < 32; shift += 8)
            acl += static_cast<char>(id >> shift & 0xFFU);
    };
    add(0x01, 6, 0xFFFFFFFF);
    add(0x02, 6, 65534);
    add(0x04, 0, 0xFFFFFFFF);
    add(0x10, 6, 0xFFFFFFFF);
    add(0x20, 0, 0xFFFFFFFF);
    return acl;
}

/// Who may write the file now has set it, and what comes back may be a key of before.
TEST(Restore, GivesNobodyAnAclOfNow)
{
    const Tree tree{{server, "old"}};
    const std::string acl = acl_for_nobody();
    const char* const name = "system.posix_acl_access";
    if (::setxattr(tree.path(server).c_str(), name, acl.data(), acl.size(), 0) != 0)
        GTEST_SKIP() << "the file system takes no ACLs";

    ASSERT_TRUE(restore_file(change_in(tree), of_then(0600)));

    char kept[64]{};
    EXPECT_LT(::getxattr(tree.path(server).c_str(), name, kept, sizeof kept), 0);
    EXPECT_EQ(mode_of(tree.path(server)), 0600U);
}

TEST(Restore, LeavesWhatSomebodyElseHasWritten)
{
    const Tree tree{{server, "newest"}};

    const auto restored = restore_file(change_in(tree), of_then(0640));

    ASSERT_FALSE(restored);
    EXPECT_TRUE(is_contested(restored.error())) << to_text(restored.error());
    EXPECT_EQ(tree.read(server), "newest");
}

TEST(Restore, MakesNoFileThatIsGone)
{
    const Tree tree{{"/var/snap/microk8s/current/certs/x", ""}};

    const auto restored = restore_file(change_in(tree), of_then(0640));

    ASSERT_FALSE(restored);
    EXPECT_EQ(to_text(restored.error()),
              "cannot restore '" + tree.path(server) + "': No such file or directory");
    EXPECT_FALSE(file_exists(tree.path(server)));
}

TEST(Restore, RefusesAFolderThatIsALink)
{
    const LinkedFolder tree;
    const auto before = tree.snapshot();

    EXPECT_FALSE(restore_file(change_below(tree), of_then(0600)));

    EXPECT_EQ(tree.snapshot(), before);
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
