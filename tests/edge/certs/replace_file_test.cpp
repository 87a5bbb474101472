// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/replace_file.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "clockguard/edge/base/files.hpp"
#include "support/file_changes.hpp"

namespace clockguard {
namespace {

/// Whether names cannot be exchanged, as on some file systems (renameat2(2), EINVAL).
bool exchanges_nothing = false;

}  // namespace
}  // namespace clockguard

/// In the place of the C library's, for this whole program.
extern "C" int renameat2(int from, const char* one, int to, const char* other,
                         unsigned flags) noexcept
{
    if (clockguard::exchanges_nothing && flags == RENAME_EXCHANGE) {
        errno = EINVAL;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_renameat2, from, one, to, other, flags));
}

namespace clockguard {
namespace {

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

TEST(ReplaceFile, KeepsTheAcl)
{
    const Tree tree{{server, "old"}};
    const std::string acl = acl_for_nobody();
    const char* const name = "system.posix_acl_access";
    if (::setxattr(tree.path(server).c_str(), name, acl.data(), acl.size(), 0) != 0)
        GTEST_SKIP() << "the file system takes no ACLs";

    ASSERT_TRUE(replace_file(change_in(tree)));

    std::string kept(acl.size() + 1, '\0');
    kept.resize(static_cast<std::size_t>(std::max<ssize_t>(
        0, ::getxattr(tree.path(server).c_str(), name, kept.data(), kept.size()))));
    EXPECT_EQ(kept, acl);
}

TEST(ReplaceFile, RefusesWhatAnotherHasJustWritten)
{
    const Tree tree{{server, "another"}};
    const auto before = tree.snapshot();

    const auto replaced = replace_file(change_in(tree));

    ASSERT_FALSE(replaced);
    EXPECT_EQ(to_text(replaced.error()),
              "cannot replace '" + tree.path(server) + "': another program has just written it");
    EXPECT_EQ(tree.snapshot(), before);
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

BackupFile of_then(mode_t mode)
{
    return {.owner = ::geteuid(), .group = ::getegid(), .mode = mode};
}

TEST(Restore, HasTheModeOfThenWithoutItsSetUserIdBit)
{
    const Tree tree{{server, "old"}};
    ::chmod(tree.path(server).c_str(), 04770);

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

/// Who may write the file now has set it, and what comes back may be a key of before.
TEST(Restore, KeepsNoAclOfNow)
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

TEST(Restore, LeavesWhatAnotherHasWritten)
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

/// While one lives, the file system cannot exchange two names.
struct NoExchange {
    NoExchange() { exchanges_nothing = true; }
    NoExchange(const NoExchange&) = delete;
    NoExchange& operator=(const NoExchange&) = delete;
    ~NoExchange() { exchanges_nothing = false; }
};

TEST(ReplaceFile, RenamesWhereNamesCannotBeExchanged)
{
    const Tree tree{{server, "old"}};
    const NoExchange there;

    const auto replaced = replace_file(change_in(tree));

    ASSERT_TRUE(replaced) << to_text(replaced.error());
    EXPECT_EQ(tree.read(server), "new");
    EXPECT_EQ(list_folder(tree.path("/var/snap/microk8s/current/certs"))
                  .value_or(std::vector<std::string>{}),
              std::vector<std::string>{"server.crt"});
}

TEST(ReplaceFile, TellsACollisionFromEveryOtherFailure)
{
    const Tree tree{{server, "newest"}, {"/var/snap/microk8s/current/certs/x", ""}};
    FileChange gone = change_in(tree);
    gone.location += ".gone";

    EXPECT_TRUE(is_contested(replace_file(change_in(tree)).error()));
    EXPECT_FALSE(is_contested(replace_file(gone).error()));
    EXPECT_FALSE(is_contested(Error{.what = "another program has just written it"}));
}

}  // namespace
}  // namespace clockguard
