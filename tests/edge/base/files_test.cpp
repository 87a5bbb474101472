// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/files.hpp"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>

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

TEST(ReadGuardedFile, RefusesWhatOthersMayWrite)
{
    const Tree tree{{"/a/file", "text"}};
    const std::string path = tree.path("/a/file");

    EXPECT_EQ(read_guarded_file({}, path).value_or("?"), "text");
    EXPECT_EQ(to_text(read_guarded_file({}, tree.path("/none/file")).error()),
              "cannot read '" + tree.path("/none/file") + "': No such file or directory");
    ::chmod(path.c_str(), 0664);
    EXPECT_EQ(to_text(read_guarded_file({}, path).error()),
              "cannot trust '" + path + "': others than its owner may write it (mode 0664)");
    ::chmod(path.c_str(), 0644);
    ::chmod(tree.path("/a").c_str(), 0777);
    EXPECT_EQ(to_text(read_guarded_file({}, path).error()),
              "cannot trust folder '" + tree.path("/a") +
                  "': others than its owner may write it (mode 0777)");
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

}  // namespace
}  // namespace clockguard
