// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/files.hpp"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "clockguard/edge/base/folder.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

TEST(ReadFile, TellsWhyItCannot)
{
    const Tree tree{{"/a/file", "text"}};

    EXPECT_EQ(read_file(tree.path("/a/file")).value_or("?"), "text");
    EXPECT_EQ(to_text(read_file(tree.path("/none")).error()),
              "cannot read '" + tree.path("/none") + "': No such file or directory");
    EXPECT_EQ(to_text(read_file(tree.path("/a")).error()),
              "cannot read '" + tree.path("/a") + "': Is a directory");
}

/// open(2) of a socket fails with ENXIO, which would be told if it had been tried.
TEST(ReadFile, OpensNothingButAFile)
{
    const Tree tree{{"/x", ""}};
    ::mkfifo(tree.path("/pipe").c_str(), 0600);
    ::mknod(tree.path("/socket").c_str(), S_IFSOCK | 0600, 0);
    std::filesystem::create_symlink("/dev/null", tree.path("/link"));

    EXPECT_EQ(to_text(read_file(tree.path("/pipe")).error()),
              "cannot read '" + tree.path("/pipe") + "': it is a pipe");
    EXPECT_EQ(to_text(read_file(tree.path("/socket")).error()),
              "cannot read '" + tree.path("/socket") + "': it is a socket");
    EXPECT_EQ(to_text(read_file(tree.path("/link")).error()),
              "cannot read '" + tree.path("/link") + "': it is a device");
}

TEST(ReadFile, RefusesWhatIsFarTooLong)
{
    const Tree tree{{"/large", std::string((4U << 20U) + 1, 'x')}};

    EXPECT_EQ(to_text(read_file(tree.path("/large")).error()),
              "cannot read '" + tree.path("/large") + "': File too large");
}

TEST(WriteAtomically, ReplacesAndLeavesNothingBeside)
{
    const Tree tree{{"/run/state", "old"}};

    ASSERT_TRUE(write_atomically(tree.path("/run/state"), "new", 0640));

    EXPECT_EQ(tree.read("/run/state"), "new");
    EXPECT_EQ(list_folder(tree.path("/run")).value_or(std::vector<std::string>{}),
              std::vector<std::string>{"state"});
    struct stat about {};
    ASSERT_EQ(::stat(tree.path("/run/state").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 07777U, 0640U);
}

TEST(WriteAtomically, MakesTheFoldersItNeeds)
{
    const Tree tree;

    ASSERT_TRUE(write_atomically(tree.path("/var/lib/x/boots/1.json"), "{}"));

    EXPECT_EQ(tree.read("/var/lib/x/boots/1.json"), "{}");
}

TEST(WriteAtomically, LosesNothingWhenItFails)
{
    const Tree tree{{"/run/state/occupied", "old"}};

    const auto written = write_atomically(tree.path("/run/state"), "new");

    ASSERT_FALSE(written);
    EXPECT_EQ(to_text(written.error()),
              "cannot write '" + tree.path("/run/state") + "': Is a directory");
    EXPECT_EQ(tree.read("/run/state/occupied"), "old");
    EXPECT_EQ(list_folder(tree.path("/run")).value_or(std::vector<std::string>{}).size(), 1U);
}

TEST(WriteAtomically, RemovesWhatAKilledWriterLeft)
{
    const Tree tree{{"/run/state.clockguard-aB3xYz", "torn"},
                    {"/run/other.clockguard-aB3xYz", "another's"},
                    {"/run/state.clockguard-notes", "the operator's"}};

    ASSERT_TRUE(write_atomically(tree.path("/run/state"), "new"));

    EXPECT_EQ(
        list_folder(tree.path("/run")).value_or(std::vector<std::string>{}),
        (std::vector<std::string>{"other.clockguard-aB3xYz", "state", "state.clockguard-notes"}));
}

TEST(WriteAtomically, LeavesAnotherWriterItsFile)
{
    const Tree tree{{"/run/state", "old"}};
    const auto folder = Folder::of({.location = tree.path("/run/state")});
    ASSERT_TRUE(folder);
    const auto theirs = folder->make_beside("state");
    ASSERT_TRUE(theirs);

    ASSERT_TRUE(write_atomically(tree.path("/run/state"), "new"));

    EXPECT_TRUE(folder->rename(theirs->first, "state"));
}

/// A disk of another machine below "/in"; its links call paths of that machine.
TEST(WriteAtomically, WritesBelowAnotherRootOnly)
{
    const Tree tree{{"/in/data/x", ""}, {"/live/x", ""}, {"/in/run/x", ""}};
    const Root root{tree.path("/in")};
    std::filesystem::create_symlink("/data", tree.path("/in/run/inside"));
    std::filesystem::create_symlink(tree.path("/live"), tree.path("/in/run/outside"));

    EXPECT_TRUE(write_atomically(root, "/run/inside/state", "new"));
    EXPECT_FALSE(write_atomically(root, "/run/outside/state", "new"));
    EXPECT_FALSE(take_lock(root, "/run/outside/lock"));

    EXPECT_EQ(tree.read("/in/data/state"), "new");
    EXPECT_EQ(list_folder(tree.path("/live")).value_or(std::vector<std::string>{}),
              std::vector<std::string>{"x"});
}

TEST(RemoveFile, RemovesBelowAnotherRootOnly)
{
    const Tree tree{{"/live/folder/file", ""}, {"/live/file", ""}, {"/in/run/x", ""}};
    const Root root{tree.path("/in")};
    std::filesystem::create_symlink(tree.path("/live"), tree.path("/in/run/outside"));
    const auto before = tree.snapshot();

    EXPECT_FALSE(remove_file(root, "/run/outside/file"));
    remove_folder(root, "/run/outside/folder");

    EXPECT_EQ(tree.snapshot(), before);
}

TEST(RemoveFolder, RemovesALinkAndNotWhatItLeadsTo)
{
    const Tree tree{{"/run/folder/a/file", ""}, {"/etc/file", ""}};
    std::filesystem::create_symlink("../../../etc", tree.path("/run/folder/a/link"));

    remove_folder({}, tree.path("/run/folder"));

    EXPECT_FALSE(file_exists(tree.path("/run/folder")));
    EXPECT_TRUE(file_exists(tree.path("/etc/file")));
}

TEST(MakeFolders, MakesThemForAllToReadWhateverTheUmask)
{
    const Tree tree;
    const mode_t before = ::umask(0777);

    const auto made = write_atomically(tree.path("/var/lib/x/state"), "{}");

    ::umask(before);
    ASSERT_TRUE(made) << to_text(made.error());
    for (const char* folder : {"/var", "/var/lib", "/var/lib/x"}) {
        struct stat about {};
        ASSERT_EQ(::stat(tree.path(folder).c_str(), &about), 0);
        EXPECT_EQ(about.st_mode & 07777U, 0755U) << folder;
    }
}

}  // namespace
}  // namespace clockguard
