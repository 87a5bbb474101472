// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/guarded.hpp"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/tree.hpp"

namespace clockguard {
namespace {

TEST(ReadGuardedFile, RefusesWhatOthersMayWrite)
{
    const Tree tree{{"/a/file", "text"}};
    const std::string path = tree.path("/a/file");

    EXPECT_EQ(read_guarded_file({}, path).value_or("?"), "text");
    EXPECT_EQ(to_text(read_guarded_file({}, tree.path("/none/file")).error()),
              "cannot read '" + tree.path("/none/file") + "': No such file or directory");
    ::chmod(path.c_str(), 0664);
    EXPECT_EQ(to_text(read_guarded_file({}, path).error()),
              "cannot trust '" + path + "': users other than its owner may write it (mode 0664)");
    ::chmod(path.c_str(), 0644);
    ::chmod(tree.path("/a").c_str(), 0777);
    EXPECT_EQ(to_text(read_guarded_file({}, path).error()),
              "cannot trust folder '" + tree.path("/a") +
                  "': users other than its owner may write it (mode 0777)");
}

/// What was asked of a folder of ours and a file below it.
std::string told(const Tree& tree)
{
    const auto text = read_own_file(Root{tree.folder()}, "/lib/ours", "x/certs/file");
    return text ? *text : to_text(text.error());
}

TEST(ReadOwnFile, TrustsNoFolderOnTheWayThatOthersMayWrite)
{
    const Tree tree{{"/lib/ours/x/certs/file", "text"}};
    ASSERT_EQ(told(tree), "text");

    for (const char* folder : {"/lib/ours", "/lib/ours/x", "/lib/ours/x/certs"}) {
        ::chmod(tree.path(folder).c_str(), 0775);
        EXPECT_EQ(told(tree), "cannot trust folder '" + tree.path(folder) +
                                  "': users other than its owner may write it (mode 0775)");
        ::chmod(tree.path(folder).c_str(), 0755);
    }
    ::chmod(tree.path("/lib/ours/x/certs/file").c_str(), 0646);
    EXPECT_EQ(told(tree), "cannot trust '" + tree.path("/lib/ours/x/certs/file") +
                              "': users other than its owner may write it (mode 0646)");
}

TEST(ReadOwnFile, TrustsNothingOfAnotherUser)
{
    const Tree tree{{"/lib/ours/x/certs/file", "text"}};
    if (::chown(tree.path("/lib/ours/x/certs/file").c_str(), 65534, 65534) != 0)
        GTEST_SKIP() << "only root may give a file away";

    EXPECT_EQ(told(tree), "cannot trust '" + tree.path("/lib/ours/x/certs/file") +
                              "': it belongs to user 65534");
}

TEST(ReadOwnFile, GoesThroughNoLinkBelowOurFolder)
{
    const Tree tree{{"/real/x/certs/file", "text"}, {"/real/other/certs/file", "text"}};
    std::filesystem::create_directories(tree.path("/lib"));
    std::filesystem::create_symlink("/real", tree.path("/lib/ours"));
    ASSERT_EQ(told(tree), "text");

    std::filesystem::remove(tree.path("/real/x/certs/file"));
    std::filesystem::create_symlink("../../other/certs/file", tree.path("/real/x/certs/file"));
    EXPECT_EQ(told(tree), "cannot read '" + tree.path("/lib/ours/x/certs/file") +
                              "': it is a link, or in a folder that is one");
    std::filesystem::remove_all(tree.path("/real/x"));
    std::filesystem::create_symlink("other", tree.path("/real/x"));
    EXPECT_EQ(told(tree), "cannot read '" + tree.path("/lib/ours/x") +
                              "': it is a link, or in a folder that is one");
}

TEST(ReadRecord, TakesNoneThatIsFarLongerThanOurs)
{
    const Tree tree{{"/run/clockguard/state.json", std::string((256U << 10U) + 1, '[')}};

    EXPECT_EQ(to_text(read_record(Root{tree.folder()}, "/run/clockguard/state.json").error()),
              "cannot read '" + tree.path("/run/clockguard/state.json") + "': File too large");
}

}  // namespace
}  // namespace clockguard
